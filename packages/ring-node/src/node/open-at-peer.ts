import type { Opened } from '@coring/file-store';
import type { Stamp } from '@coring/protocol';
import type { Log } from './log.js';
import type { Parts } from './parts.js';

/** Bytes that another node keeps, or a range of them; undefined where they cannot be had from it. */
export async function openAtPeer(
  { ring, links }: Pick<Parts, 'ring' | 'links'>,
  log: Log,
  { name, nodeId, version }: { readonly name: string; readonly nodeId: string; readonly version: Stamp },
  range: { readonly start: number; readonly end: number } | undefined,
  signal: AbortSignal,
): Promise<Opened | undefined> {
  const address = ring.membership.roster.get(nodeId)?.address;
  if (address === undefined) return undefined;
  const part = range === undefined ? {} : { offset: range.start, length: range.end - range.start };
  try {
    return await links.fetch(address, nodeId, { name, version, ...part }, signal);
  } catch (error) {
    log.debug({ err: error, nodeId }, 'could not get bytes from a peer');
    return undefined;
  }
}
