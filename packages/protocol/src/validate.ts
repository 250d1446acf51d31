import { guardOf } from './guards.js';
import { type LinkFrame, linkSchemas } from './message/hello.js';
import { type Message, messageSchemas, type MessageType } from './message/message.js';

/** A message that is not one: `code` says in what way. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(
    readonly code: 'not-json' | 'wrong-shape' | 'unknown-type' | 'unsupported-version',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is wrong with the data, unless it has the schema's shape; unknown fields are removed from it. */
export function fits(schema: object, data: unknown): string | undefined {
  const guard = guardOf(schema);
  return guard(data) ? undefined : (guard.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join(', ');
}

/** The message in a parsed JSON value. @throws ProtocolError */
export function asMessage(data: unknown): Message {
  const type = typeOf(data);
  const { v } = data as { v?: unknown };
  if (!Object.hasOwn(messageSchemas, type)) throw new ProtocolError('unknown-type', `no message is called ${JSON.stringify(type.slice(0, 40))}`);
  if (v !== 1) throw new ProtocolError('unsupported-version', `protocol version ${JSON.stringify(v)?.slice(0, 20)} is not spoken here`);
  return fitting(messageSchemas[type as MessageType], data) as Message;
}

/** The frame of a link's handshake or of a bulk link in a parsed JSON value. @throws ProtocolError */
export function asLinkFrame<T extends LinkFrame['type']>(data: unknown, ...expected: T[]): Extract<LinkFrame, { type: T }> {
  const type = typeOf(data);
  if (!(expected as string[]).includes(type)) throw new ProtocolError('unknown-type', `${expected.join(' or ')} was expected`);
  return fitting(linkSchemas[type as T], data) as Extract<LinkFrame, { type: T }>;
}

function typeOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new ProtocolError('wrong-shape', 'a message is a JSON object');
  const { type } = data as { type?: unknown };
  if (typeof type !== 'string') throw new ProtocolError('wrong-shape', 'a message has a type');
  return type;
}

function fitting(schema: object, data: unknown): unknown {
  const fault = fits(schema, data);
  if (fault !== undefined) throw new ProtocolError('wrong-shape', fault.slice(0, 300));
  return data;
}

/** The value of a JSON text. @throws ProtocolError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('not-json', 'the text is not JSON', { cause });
  }
}
