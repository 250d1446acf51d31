import type { Message } from './message.js';

/** Contents of at most so many bytes are small: they go with the message that is about them, as raw bytes behind its JSON. */
export const SMALL_BYTES_MAX = 65_536;

/** The digest of the bytes that may go with a message; undefined for one that carries none. */
export function attachedDigest(message: Message): string | undefined {
  switch (message.type) {
    case 'ACCEPT':
    case 'BRANCH':
      return message.value.deleted ? undefined : message.value.digest;
    case 'REGISTER':
      return message.register.value?.deleted === false ? message.register.value.digest : undefined;
    case 'FORWARD':
      return message.op === 'PUT' ? message.digest : undefined;
    default:
      return undefined;
  }
}
