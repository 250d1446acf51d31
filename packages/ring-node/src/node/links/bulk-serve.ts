import type { Readable } from 'node:stream';
import type { Bytes, Fetch } from '@coring/protocol';
import { asLinkFrame } from '@coring/protocol/validate';
import type { Log } from '../log.js';
import { chunkHeader } from './chunk.js';
import { parseFrame } from './json-frame.js';
import type { LinkLimits } from './limits.js';
import { LinkError } from './link-error.js';
import type { Fetched, Followed, LinkOptions } from './links.js';
import type { Wire, WireUser } from './wire.js';

/**
 * The giving side of a bulk link: answers each FETCH with BYTES and, where there are any, chunks and an empty last one. After an upload a
 * second BYTES says what it was.
 */
export class BulkServer implements WireUser {
  readonly payloadBytesMax: number;
  readonly stallMs: number;
  readonly #wire: Wire;
  readonly #serve: LinkOptions['serve'];
  readonly #limits: LinkLimits;
  readonly #log: Log;
  readonly #onOver: () => void;
  #isServing = false;
  #source: Fetched | Followed | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(wire: Wire, { serve, limits, log, onOver }: { serve: LinkOptions['serve']; limits: LinkLimits; log: Log; onOver: () => void }) {
    this.#wire = wire;
    this.#serve = serve;
    this.#limits = limits;
    this.#log = log;
    this.#onOver = onOver;
    this.payloadBytesMax = limits.smallFrameBytesMax;
    this.stallMs = limits.bulkStallMs;
    this.#waitForRequest();
  }

  onFrame(payload: Buffer): void {
    const request = asLinkFrame(parseFrame(payload), 'FETCH', 'CLOSE');
    if (request.type === 'CLOSE') return this.#wire.destroy();
    if (this.#isServing) throw new LinkError('bad-frame', 'the fetch before is not done yet');
    clearTimeout(this.#idle);
    this.#isServing = true;
    this.#answer(request).then(
      () => {
        this.#isServing = false;
        this.#waitForRequest();
      },
      (error: Error) => {
        // Nothing can be said amid bytes; that they end early tells the other side.
        this.#log.debug({ err: error, name: request.name }, 'bytes were not sent to a peer');
        this.#wire.destroy();
      },
    );
  }

  /** Whoever asks hangs up: it does not want the rest either. */
  onEnd(): void {
    this.#wire.destroy();
  }

  onClosed(): void {
    clearTimeout(this.#idle);
    this.#source?.stream.destroy();
    this.#onOver();
  }

  async #answer(request: Fetch): Promise<void> {
    const source = await this.#find(request);
    if (typeof source === 'string') return this.#wire.writeFrame(jsonFrame({ type: 'BYTES', ok: false, code: source }));
    this.#source = source;
    try {
      if ('whole' in source) await this.#sendUpload(source);
      else await this.#sendPart(source, Math.max(0, Math.min(request.length ?? Infinity, source.size - request.offset)));
    } finally {
      this.#source = undefined;
      source.stream.destroy();
    }
  }

  /** The bytes, or why there are none. */
  async #find(request: Fetch): Promise<Fetched | Followed | 'not-found' | 'unavailable'> {
    try {
      return (await this.#serve(request)) ?? 'not-found';
    } catch (error) {
      this.#log.debug({ err: error, name: request.name }, 'bytes that a peer asked for cannot be read');
      return 'unavailable';
    }
  }

  async #sendPart({ size, stream }: Fetched, length: number): Promise<void> {
    await this.#wire.writeFrame(jsonFrame({ type: 'BYTES', ok: true, size, length }));
    await this.#sendChunks(stream, length);
  }

  async #sendUpload({ stream, whole }: Followed): Promise<void> {
    await this.#wire.writeFrame(jsonFrame({ type: 'BYTES', ok: true }));
    const sent = await this.#sendChunks(stream);
    const { size, digest } = await whole;
    if (sent !== size) throw new LinkError('cut-short', `the store gave ${sent} bytes of an upload of ${size}`);
    await this.#wire.writeFrame(jsonFrame({ type: 'BYTES', ok: true, size, digest }));
  }

  /** Returns how many bytes there were. */
  async #sendChunks(stream: Readable, length = Infinity): Promise<number> {
    const { chunkBytesMax } = this.#limits;
    let sent = 0;
    for await (const read of stream as AsyncIterable<Uint8Array>) {
      sent += read.length;
      if (sent > length) break;
      for (let at = 0; at < read.length; at += chunkBytesMax) {
        const piece = read.subarray(at, at + chunkBytesMax);
        await this.#wire.writeFrame(chunkHeader(piece), piece);
      }
    }
    if (length !== Infinity && sent !== length) throw new LinkError('cut-short', `the store gave ${sent} bytes instead of ${length}`);
    await this.#wire.writeFrame(chunkHeader(nothing));
    return sent;
  }

  #waitForRequest(): void {
    this.#idle = setTimeout(() => this.#wire.end(), 2 * this.#limits.bulkIdleMs);
  }
}

const nothing = Buffer.alloc(0);

function jsonFrame(header: Bytes): Buffer {
  return Buffer.from(JSON.stringify(header));
}
