import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { LINK_MAGIC } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { type TestNode, until } from './a-ring.js';

/** What a node gave back for some bytes, up to the end of the connection. */
export interface Outcome {
  /** The statuses of all answers on the connection. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** The code of the error in the last answer; else its status; `closed` where nothing was said; `hung` where the connection was still open at the deadline. */
  readonly said: string;
}

export interface Throw {
  /** `end` closes our half after the bytes, `cut` the whole connection. */
  readonly after?: 'end' | 'cut';
  readonly withinMs?: number;
}

/** Throws bytes at a node as they are, and reads what comes back. */
export async function throwAt(node: TestNode, bytes: string | Buffer, { after, withinMs = 10_000 }: Throw = {}): Promise<Outcome> {
  const socket = dial(node);
  const chunks: Buffer[] = [];
  let isOver = false;
  socket.on('data', (chunk) => chunks.push(chunk)).on('end', () => (isOver = true)).on('close', () => (isOver = true));
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => {
    if (after === 'end') socket.end();
    // Later, so that the node has begun with it.
    if (after === 'cut') setTimeout(() => socket.destroy(), 100);
  });
  await until(() => isOver, '', withinMs).catch(() => undefined);
  socket.destroy();
  const text = Buffer.concat(chunks).toString('latin1');
  const answers = text.split(/(?=HTTP\/1\.1 \d{3} )/).filter((answer) => answer !== '');
  return { text, statuses: answers.map(statusOf), said: isOver ? saidBy(answers.at(-1)) : 'hung' };
}

/** A request of these lines, after whose answer the connection ends. */
export function request(line: string, fields: readonly string[] = [], body = ''): string {
  return [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...fields, '', body].join('\r\n');
}

/** Sends one of these pieces every so often until the node has enough of it. */
export async function drip(node: TestNode, pieces: readonly string[], everyMs: number, withinMs: number): Promise<string> {
  const socket = dial(node);
  let text = '';
  let isOver = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('end', () => (isOver = true)).on('close', () => (isOver = true));
  let next = 0;
  const drops = setInterval(() => next < pieces.length && socket.writable && socket.write(pieces[next++]!), everyMs);
  await until(() => isOver, '', withinMs).catch(() => undefined);
  clearInterval(drops);
  socket.destroy();
  return isOver ? saidBy(text) : 'hung';
}

/** A connection with some bytes of a beginning, left at that until the test ends. */
export function halfOpen(t: ExecutionContext, node: TestNode, bytes: string): Socket {
  const socket = dial(node).resume();
  t.teardown(() => socket.destroy());
  if (bytes !== '') socket.write(bytes);
  return socket;
}

/** Somebody who speaks like a peer, without belonging to the ring. */
export class Stranger {
  readonly nodeId = randomBytes(16).toString('hex');
  /** The JSON that the node sent. */
  readonly heard: Record<string, unknown>[] = [];
  readonly #node: TestNode;
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(t: ExecutionContext, node: TestNode) {
    this.#node = node;
    this.#socket = halfOpen(t, node, LINK_MAGIC);
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk)).on('end', () => (this.#isOver = true)).on('close', () => (this.#isOver = true));
  }

  sendBytes(bytes: Buffer | string): void {
    this.#socket.write(bytes);
  }

  sendFrame(payload: object | string | Buffer): void {
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    this.sendBytes(Buffer.concat([lengthOf(bytes.length), bytes]));
  }

  sendHello(changes: object = {}): void {
    const nonce = randomBytes(16).toString('hex');
    const said = { protocol: { min: 1, max: 1 }, purpose: 'control', incarnation: 1, boot: 'stranger', address: '127.0.0.1:9', secret: false, features: [] };
    this.sendFrame({ type: 'HELLO', nodeId: this.nodeId, nonce, ...said, ...changes });
  }

  /** HELLO and PROOF as a node without a secret does. */
  async shakeHands(changes: object = {}): Promise<void> {
    this.sendHello(changes);
    this.sendFrame({ type: 'PROOF', mac: '' });
    await until(() => this.heard.some(({ type }) => type === 'PROOF'), 'the proof of the node');
  }

  /** A message to the node with all that a message carries. */
  say(type: string, ringId: string, body: object = {}): void {
    const envelope = { v: 1, id: `stranger.${randomBytes(6).toString('hex')}`, from: this.nodeId, to: this.#node.nodeId, incarnation: 1, ringId };
    this.sendFrame({ ...envelope, type, clock: Date.now() * 1000, rosterDigest: '0'.repeat(16), epoch: 1, news: [], accusations: [], ...body });
  }

  /**
   * Resolves when the node has worked off all that was said, with its answer to a JOIN that it has to refuse: nothing else is answered to
   * somebody whom it does not know.
   */
  async isRefused(ringId: string, join: object = { wants: { copies: 999 }, heldFiles: false }): Promise<unknown> {
    const refusals = (): Record<string, unknown>[] => this.heard.filter(({ type }) => type === 'REFUSED');
    const before = refusals().length;
    const member = { nodeId: this.nodeId, incarnation: 1, boot: 'stranger', address: '127.0.0.1:9', state: 'up', position: 'V', capacity: 1, features: [] };
    this.say('JOIN', ringId, { member, ...join });
    await until(() => refusals().length > before, `a refusal, after ${JSON.stringify(this.heard.at(-1))}`);
    return refusals().at(-1)!.code;
  }

  /** The code with which the node ended the link; `closed` where it gave none, `hung` where it did not end it. */
  async end(withinMs = 10_000): Promise<string> {
    await until(() => this.#isOver, '', withinMs).catch(() => undefined);
    if (!this.#isOver) return 'hung';
    return (this.heard.find(({ type }) => type === 'CLOSE')?.code as string | undefined) ?? 'closed';
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 4 && this.#bytes.length >= 4 + this.#bytes.readUInt32BE(0)) {
      const end = 4 + this.#bytes.readUInt32BE(0);
      this.heard.push(JSON.parse(this.#bytes.subarray(4, end).toString()) as Record<string, unknown>);
      this.#bytes = this.#bytes.subarray(end);
    }
  }
}

/** The length of a frame as it stands before it. */
export function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes, 0);
  return length;
}

function dial(node: TestNode): Socket {
  const socket = connect({ port: Number(node.port), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  return socket.on('error', () => undefined);
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

function saidBy(answer: string | undefined): string {
  if (answer === undefined || answer === '') return 'closed';
  const [head, body = ''] = answer.split('\r\n\r\n');
  const error = /^content-type: application\/json/im.test(head!) ? /^\{"error":\{"code":"([a-z-]+)","message":"/.exec(body) : null;
  return error?.[1] ?? String(statusOf(answer));
}
