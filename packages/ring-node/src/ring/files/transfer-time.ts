/** The slowest link that is reckoned with, in bytes per millisecond: 2 MB/s. A stalled one is cut much earlier by the links themselves. */
const SLOWEST = 2_000;
/** What a transfer may take beyond that, in milliseconds: it may have to wait its turn. */
const WAIT_MS = 60_000;

/** How long bytes travel to one node at the most, in milliseconds. */
export function travelMs(size: number): number {
  return Math.ceil(size / SLOWEST);
}

/** After how long a transfer to one node is given up, in milliseconds. */
export function transferMs(size: number): number {
  return WAIT_MS + travelMs(size);
}

/** After how long an upload that is taken over while it comes in is given up, in milliseconds: its client has the time it needs. One that stalls is ended much earlier, where it comes in. */
export const UPLOAD_MS = 86_400_000;
