/** Limits of the HTTP side. */
export interface HttpOptions {
  /** Largest upload, in bytes: more is 413. */
  readonly bodyBytesMax: number;
  /** Largest body that `/echo` sends back, in bytes: more is 413. */
  readonly echoBytesMax: number;
  /** Largest request to `/codes` and `/messages`, in bytes: more is 413. With its JSON a message fits into one small file. */
  readonly messageBytesMax: number;
  /** How long a client waits for the ring's answer once its request is in whole, in milliseconds. */
  readonly deadlineMs: number;
  /** A request's header must be in whole after this many milliseconds: else 408. */
  readonly headersTimeoutMs: number;
  /** An upload that brings no byte for this many milliseconds is given up: 408. */
  readonly uploadIdleMs: number;
  /** A connection on which no byte moves either way for this many milliseconds is cut: a client that asks and never reads. */
  readonly stalledMs: number;
  /** How long an idle connection is kept for the next request, in milliseconds. */
  readonly keepAliveMs: number;
  /** A comment is sent to watchers of `/events` this often, in milliseconds: connections that died are noticed. */
  readonly heartbeatMs: number;
  /** A watcher with more than this many bytes unsent is cut. */
  readonly watcherBytesMax: number;
  /** All watchers together with more than this many bytes unsent: those with more than their share are cut. */
  readonly watchersBytesMax: number;
  /** Most watchers of `/events` at a time: one more is 503. */
  readonly watchersMax: number;
  /** Memory for small contents sent of late, in bytes. Less means that more of them are read from the disk again. */
  readonly smallContentsBytesMax: number;
}

export const httpDefaults: HttpOptions = {
  bodyBytesMax: 2 ** 40,
  echoBytesMax: 2 ** 30,
  messageBytesMax: 32 * 1024,
  deadlineMs: 10_000,
  headersTimeoutMs: 10_000,
  uploadIdleMs: 10_000,
  stalledMs: 120_000,
  keepAliveMs: 60_000,
  heartbeatMs: 15_000,
  watcherBytesMax: 2 ** 20,
  watchersBytesMax: 2 ** 26,
  watchersMax: 512,
  smallContentsBytesMax: 32 * 2 ** 20,
};
