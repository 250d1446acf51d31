import type { LogSizes } from './log/log.js';

const MIB = 1024 * 1024;

/** How a store divides its disk. All in bytes. */
export interface DiskSizes {
  /** New contents are refused where they would leave less of the disk. */
  readonly reserve: number;
  readonly log: LogSizes;
}

/** A sixteenth of the disk is kept back, at most 256 MiB; the reserve has room for the segments that tidying up the log needs. */
export function sizesFor(totalBytes: number, reserveBytes: number | undefined, log: LogSizes | undefined): DiskSizes {
  const reserve = reserveBytes ?? Math.min(256 * MIB, Math.floor(totalBytes / 16));
  if (log !== undefined) return { reserve, log };
  const segment = Math.min(64 * MIB, Math.max(MIB / 4, Math.floor(totalBytes / 64)));
  return { reserve, log: { segment, ahead: Math.min(MIB, segment / 4) } };
}
