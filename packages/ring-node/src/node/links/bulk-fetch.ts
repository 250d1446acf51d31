import { Readable } from 'node:stream';
import type { Bytes, Fetch } from '@coring/protocol';
import { asLinkFrame } from '@coring/protocol/validate';
import { CHUNK_HEADER_BYTES, openChunk } from './chunk.js';
import { chunkMemory } from './chunk-memory.js';
import { parseFrame } from './json-frame.js';
import type { LinkLimits } from './limits.js';
import { errorOfClose, LinkError } from './link-error.js';
import type { Fetched, Followed, Whole } from './links.js';
import { Watchdog } from './watchdog.js';
import type { Opened, Wire, WireUser } from './wire.js';

/** A fetch under way: first its header is awaited, then its chunks, then, of an upload, what it was. */
interface Transfer {
  readonly onHeader: (header: Bytes, stream: Readable) => void;
  readonly reject: (error: LinkError) => void;
  readonly endWatch: () => void;
  readonly stall: Watchdog;
  stream?: Readable;
  /** Bytes that are still to come; of an upload, nobody knows. */
  left: number;
  taken: number;
  /** Takes what an upload was; absent where the header has said it. */
  readonly onWhole?: (whole: Whole) => void;
  areChunksOver: boolean;
}

export interface FetcherHooks {
  /** A fetch is done and the link is fit for another. */
  readonly onIdle: (fetcher: BulkFetcher) => void;
  readonly onOver: (fetcher: BulkFetcher) => void;
}

/** The asking side of a bulk link: one fetch at a time, as many as wanted one after the other. */
export class BulkFetcher implements WireUser {
  readonly payloadBytesMax: number;
  readonly stallMs: number;
  readonly allocate = chunkMemory;
  readonly opened: Opened;
  readonly #wire: Wire;
  readonly #limits: LinkLimits;
  readonly #hooks: FetcherHooks;
  #transfer: Transfer | undefined;

  constructor(wire: Wire, opened: Opened, { limits, ...hooks }: FetcherHooks & { limits: LinkLimits }) {
    this.#wire = wire;
    this.opened = opened;
    this.#limits = limits;
    this.#hooks = hooks;
    this.payloadBytesMax = Math.max(limits.chunkBytesMax + CHUNK_HEADER_BYTES, limits.smallFrameBytesMax);
    this.stallMs = limits.stallMs;
  }

  get isOver(): boolean {
    return this.#wire.isOver;
  }

  /** Resolves with the header; the bytes follow in its stream. @throws LinkError */
  fetch(request: Fetch, signal: AbortSignal): Promise<Fetched> {
    return new Promise((resolve, reject) => {
      const onHeader = ({ size }: Bytes, stream: Readable): void => resolve({ size: size!, stream });
      this.#ask(request, signal, { onHeader, reject, stall: this.#watchdog(this.#limits.stallMs) });
    });
  }

  /** Resolves when the upload was found; its bytes come in the stream. The giver ends what its client lets stall. @throws LinkError */
  follow(request: Fetch, signal: AbortSignal): Promise<Followed> {
    return new Promise((resolve, reject) => {
      let onWhole!: (whole: Whole) => void;
      const whole = new Promise<Whole>((known) => (onWhole = known));
      const onHeader = (_header: Bytes, stream: Readable): void => resolve({ stream, whole });
      this.#ask(request, signal, { onHeader, reject, onWhole, stall: this.#watchdog(this.#limits.bulkStallMs) });
    });
  }

  end(): void {
    this.#wire.end();
  }

  destroy(): void {
    this.#wire.destroy();
  }

  onFrame(payload: Buffer, isLent: boolean): void {
    const transfer = this.#transfer;
    if (transfer === undefined) return this.#onUnasked(payload);
    transfer.stall.restart();
    if (transfer.stream === undefined) this.#onHeader(transfer, payload);
    else if (transfer.areChunksOver) this.#onTrailer(transfer, transfer.stream, payload);
    else this.#onChunk(transfer, transfer.stream, payload, isLent);
  }

  onEnd(): void {
    this.#fail(new LinkError('cut-short', 'the peer ended the link before the bytes were complete'));
    this.#wire.end();
  }

  onClosed(error: LinkError): void {
    this.#hooks.onOver(this);
    const isCut = this.#transfer?.stream !== undefined && error.code === 'closed';
    this.#fail(isCut ? new LinkError('cut-short', 'the link ended before the bytes were complete', { cause: error }) : error);
  }

  #ask(request: Fetch, signal: AbortSignal, asked: Pick<Transfer, 'onHeader' | 'reject' | 'onWhole' | 'stall'>): void {
    const onAbort = (): void => this.#fail(new LinkError('aborted', 'the fetch was given up', { cause: signal.reason }));
    this.#transfer = { ...asked, endWatch: () => signal.removeEventListener('abort', onAbort), left: Infinity, taken: 0, areChunksOver: false };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    asked.stall.restart();
    this.#wire.writeFrame(Buffer.from(JSON.stringify(request))).catch((error: LinkError) => this.#fail(error));
  }

  #onUnasked(payload: Buffer): void {
    const { code, message } = asLinkFrame(parseFrame(payload), 'CLOSE');
    this.#wire.destroy(errorOfClose(code, message));
  }

  #onHeader(transfer: Transfer, payload: Buffer): void {
    const header = asLinkFrame(parseFrame(payload), 'BYTES', 'CLOSE');
    if (header.type === 'CLOSE') return this.#wire.destroy(errorOfClose(header.code, header.message));
    const { ok, code, size, length } = header;
    if (!ok) {
      this.#endTransfer();
      transfer.reject(new LinkError(code === 'not-found' ? 'not-found' : 'unavailable', `the peer does not send the bytes: ${code ?? 'it does not say why'}`));
      this.#hooks.onIdle(this);
      return;
    }
    if (transfer.onWhole === undefined) {
      if (size === undefined || length === undefined || length > size) throw new LinkError('bad-frame', 'the header of the bytes lacks their number');
      transfer.left = length;
    }
    transfer.stream = new Readable({
      // Each chunk by itself: bytes in a row would be copied together.
      objectMode: true,
      highWaterMark: this.#limits.bulkBufferChunks,
      read: () => this.#goOn(),
      destroy: (error, done) => {
        if (this.#transfer === transfer) this.#abandon();
        done(error);
      },
    });
    // An error before anybody reads is kept for the reader; it must not end the process.
    transfer.stream.on('error', () => undefined);
    transfer.onHeader(header, transfer.stream);
  }

  #onChunk(transfer: Transfer, stream: Readable, payload: Buffer, isLent: boolean): void {
    const bytes = openChunk(payload);
    if (bytes === undefined) return this.#fail(new LinkError('corrupt', 'a chunk does not have its checksum'));
    const isTooFew = bytes.length === 0 && transfer.left > 0 && transfer.onWhole === undefined;
    if (isTooFew || bytes.length > transfer.left) {
      return this.#fail(new LinkError('cut-short', 'the peer sent another number of bytes than it announced'));
    }
    transfer.left -= bytes.length;
    transfer.taken += bytes.length;
    if (bytes.length === 0) {
      transfer.areChunksOver = true;
      if (transfer.onWhole === undefined) this.#complete(stream);
    } else if (!stream.push(isLent ? copied(bytes) : bytes)) {
      // The reader is slow: that is no stall of the peer's.
      transfer.stall.stop();
      this.#wire.socket.pause();
    }
  }

  #onTrailer(transfer: Transfer, stream: Readable, payload: Buffer): void {
    const { ok, size, digest } = asLinkFrame(parseFrame(payload), 'BYTES');
    if (!ok || size !== transfer.taken || digest === undefined) {
      return this.#fail(new LinkError('cut-short', `the peer sent ${transfer.taken} bytes of an upload of ${size ?? 'unknown size'}`));
    }
    transfer.onWhole!({ size, digest });
    this.#complete(stream);
  }

  #complete(stream: Readable): void {
    this.#endTransfer();
    stream.push(null);
    this.#wire.socket.resume();
    this.#hooks.onIdle(this);
  }

  #goOn(): void {
    if (this.#transfer === undefined || !this.#wire.socket.isPaused()) return;
    this.#transfer.stall.restart();
    this.#wire.socket.resume();
  }

  #fail(error: LinkError): void {
    const transfer = this.#transfer;
    if (transfer === undefined) return;
    this.#abandon();
    if (transfer.stream === undefined) transfer.reject(error);
    else transfer.stream.destroy(error);
  }

  /** What is still under way on the link cannot be told from what comes after it: the link goes. */
  #abandon(): void {
    this.#endTransfer();
    this.#wire.destroy();
  }

  #endTransfer(): void {
    this.#transfer?.stall.stop();
    this.#transfer?.endWatch();
    this.#transfer = undefined;
  }

  #watchdog(silenceMs: number): Watchdog {
    return new Watchdog(silenceMs, () => this.#fail(new LinkError('stalled', 'the peer sends nothing')));
  }
}

function copied(bytes: Buffer): Buffer {
  const copy = chunkMemory(bytes.length);
  bytes.copy(copy);
  return copy;
}
