/** A message is longer than it may be. */
export class MessageTooLong extends Error {
  override readonly name = 'MessageTooLong';
  constructor(readonly bytesMax: number) {
    super(`a message has at most ${bytesMax} bytes`);
  }
}

/** What ends a message: a NUL, or a newline, with or without the carriage return that telnet sends before it. */
export type MessageEnd = 'nul' | 'line';

const endBytes: Readonly<Record<MessageEnd, number>> = { nul: 0, line: 10 };
const CARRIAGE_RETURN = 13;

/** A message as it is sent, its end included. */
export function endedMessage(text: Uint8Array, end: MessageEnd): Uint8Array {
  const message = new Uint8Array(text.length + 1);
  message.set(text);
  message[text.length] = endBytes[end];
  return message;
}

/** Finds the messages in a stream of bytes, in whatever pieces it comes. Keeps no more than one message. */
export class EndedMessages {
  readonly #end: MessageEnd;
  readonly #bytesMax: number;
  #kept = new Uint8Array(0);
  #length = 0;

  constructor(end: MessageEnd, bytesMax: number) {
    this.#end = end;
    this.#bytesMax = bytesMax;
  }

  /** Bytes of the message that has begun and not ended. */
  get waiting(): number {
    return this.#length;
  }

  /** The messages that end in this piece, without their ends, each found when it is asked for. @throws MessageTooLong */
  *push(piece: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let from = 0; from < piece.length; ) {
      const end = piece.indexOf(endBytes[this.#end], from);
      this.#keep(piece.subarray(from, end === -1 ? piece.length : end));
      if (end === -1) return;
      from = end + 1;
      yield this.rest();
    }
  }

  /** The message that has begun, as if it ended here. */
  rest(): Uint8Array {
    const isTelnet = this.#end === 'line' && this.#length > 0 && this.#kept[this.#length - 1] === CARRIAGE_RETURN;
    const message = this.#kept.slice(0, isTelnet ? this.#length - 1 : this.#length);
    this.#length = 0;
    return message;
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytesMax) throw new MessageTooLong(this.#bytesMax);
    if (length > this.#kept.length) {
      const room = new Uint8Array(Math.min(this.#bytesMax, Math.max(256, length, this.#kept.length * 2)));
      room.set(this.#kept.subarray(0, this.#length));
      this.#kept = room;
    }
    this.#kept.set(bytes, this.#length);
    this.#length = length;
  }
}
