import type { Socket } from 'node:net';
import { compareStamps } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import { fileRoute } from '../file-route.js';
import type { HttpOptions } from '../http-options.js';
import type { RequestTally } from '../request-tally.js';
import { type PlainRequest, plainRequest } from './plain-request.js';
import { PlainReader } from './plain-reader.js';
import { isSameReceipt, type SmallContent, smallContents } from './small-contents.js';

/**
 * Answers plain reads of small files right on the socket: a connection belongs to it for as long as it asks for nothing else. With the first
 * request that is anything else the connection goes on to the HTTP server, that request included, and stays there.
 */
export class ShortCut {
  readonly #node: NodeFace;
  readonly #tally: RequestTally;
  readonly #options: HttpOptions;
  readonly #contents: ReturnType<typeof smallContents>;
  readonly #moment: Moment;
  readonly #readers = new Set<PlainReader>();
  #isClosing = false;
  /** Called when a connection is another's, or gone. */
  #onOver: () => void = () => undefined;

  constructor(node: NodeFace, tally: RequestTally, options: HttpOptions) {
    this.#node = node;
    this.#tally = tally;
    this.#options = options;
    this.#contents = smallContents(options.smallContentsBytesMax);
    this.#moment = new Moment(options.keepAliveMs);
  }

  /**
   * Takes a paused connection over; without `reads` nothing is answered here, only the first request waited for. `handOn` gets it back, paused, with
   * every byte that is not answered put back, when it is to be served otherwise.
   */
  take(socket: Socket, reads: boolean, handOn: (socket: Socket) => void): void {
    const reader = new PlainReader(socket, {
      idleMs: this.#options.keepAliveMs,
      parse: (text, from) => (reads && this.#isServing ? plainRequest(text, from) : undefined),
      now: (request) => this.#now(request),
      later: (request, signal) => this.#later(request, signal),
      onOver: () => {
        this.#readers.delete(reader);
        this.#onOver();
      },
      handOn,
    });
    this.#readers.add(reader);
  }

  /** Lets go of connections that wait for a request; the others end with their answer, go on to the HTTP server, or are cut after `graceMs`. */
  async closeGracefully(graceMs: number): Promise<void> {
    this.#isClosing = true;
    for (const reader of this.#readers) reader.endWhenIdle();
    const cut = setTimeout(() => {
      for (const reader of this.#readers) reader.destroy();
    }, graceMs);
    while (this.#readers.size > 0) await new Promise<void>((resolve) => (this.#onOver = resolve));
    clearTimeout(cut);
  }

  get #isServing(): boolean {
    return this.#node.isReady && !this.#node.isStopping && !this.#isClosing;
  }

  /** The answer, where nothing has to be asked or read for it. */
  #now({ method, path }: PlainRequest): string | undefined {
    const content = this.#contents.get(path);
    if (content === undefined) return undefined;
    const startMs = performance.now();
    const found = this.#node.readHere(content.name);
    if (found === undefined || compareStamps(found.value.version, content.version) !== 0 || !isSameReceipt(found.receipt, content.receipt)) return undefined;
    this.#tally.count(fileRoute, method, '200', (performance.now() - startMs) / 1000);
    return this.#answer(method, content);
  }

  /** The answer, once it is found out; undefined where it is not for here. */
  async #later(request: PlainRequest, signal: AbortSignal): Promise<string | undefined> {
    const startMs = performance.now();
    const { method, path } = request;
    // Few nodes are asked at once; the start does not wait for it.
    const { readSmall } = await import('./read-small.js');
    const content = await readSmall(this.#node, request, this.#contents.get(path), this.#options.deadlineMs, signal);
    if (content === undefined) return undefined;
    this.#contents.set(path, content);
    this.#tally.count(fileRoute, method, '200', (performance.now() - startMs) / 1000);
    return this.#answer(method, content);
  }

  #answer(method: PlainRequest['method'], { head, body }: SmallContent): string {
    return method === 'HEAD' ? head + this.#moment.fields() : head + this.#moment.fields() + body;
  }
}

/** What an answer says beside its content: the date, to the second, and that the connection is kept. */
class Moment {
  readonly #keepAlive: string;
  #second = 0;
  #fields = '';

  constructor(keepAliveMs: number) {
    this.#keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n\r\n`;
  }

  /** To the end of the header. */
  fields(): string {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#fields = `Date: ${new Date(second * 1000).toUTCString()}\r\n${this.#keepAlive}`;
    }
    return this.#fields;
  }
}
