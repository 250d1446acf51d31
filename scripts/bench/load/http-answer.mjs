const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length:[ \t]*(\d+)/i;
const HEAD_BYTES_MAX = 16_384;

/** Reads the answers of a connection that is kept: one at a time, each with a Content-Length. */
export class AnswerReader {
  #head = '';
  #bodyLeft = 0;
  #status = 0;
  #length = 0;
  #onAnswer;

  /** `onAnswer(status, length)` is called when the last byte of an answer has come. */
  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
  }

  /** Takes the first `count` bytes of the buffer. @throws Error where they are no answer */
  read(buffer, count) {
    if (this.#bodyLeft > 0) {
      if (count > this.#bodyLeft) throw new Error('more bytes than the answer has');
      this.#bodyLeft -= count;
      if (this.#bodyLeft === 0) this.#onAnswer(this.#status, this.#length);
      return;
    }
    const text = this.#head + buffer.latin1Slice(0, Math.min(count, HEAD_BYTES_MAX));
    const end = text.indexOf(HEAD_END);
    if (end === -1) {
      if (text.length >= HEAD_BYTES_MAX) throw new Error('no end of the header');
      this.#head = text;
      return;
    }
    const bodyHere = this.#head.length + count - end - HEAD_END.length;
    this.#begin(text.slice(0, end));
    this.#head = '';
    this.#bodyLeft -= bodyHere;
    if (this.#bodyLeft < 0) throw new Error('more bytes than the answer has');
    if (this.#bodyLeft === 0) this.#onAnswer(this.#status, this.#length);
  }

  #begin(head) {
    if (!head.startsWith('HTTP/1.1 ')) throw new Error(`no answer: ${head.slice(0, 40)}`);
    this.#status = Number(head.slice(9, 12));
    const length = LENGTH.exec(head);
    if (length === null && this.#status !== 204) throw new Error(`an answer (${this.#status}) without Content-Length`);
    this.#length = length === null ? 0 : Number(length[1]);
    this.#bodyLeft = this.#length;
  }
}
