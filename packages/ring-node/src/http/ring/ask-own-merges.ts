import { type OwnMerges, ownMergesSchema, paths } from '@coring/protocol';
import type { Log } from '../../node/log.js';
import type { MergesAsked } from '../../node/merge-report.js';
import { askPeer } from './ask-peer.js';

/** An answer of a peer that is longer is none, in bytes: 1 000 merges with some conflict copies each take less. */
const BYTES_MAX = 8 * 2 ** 20;

/** What the node at an address has merged itself; undefined where it does not say so within that time, in milliseconds. */
export function askOwnMerges(address: string, { limit, name, before }: MergesAsked, withinMs: number, log: Log): Promise<OwnMerges | undefined> {
  const query = new URLSearchParams({ own: '', limit: String(limit), ...(name === undefined ? {} : { name }), ...(before === undefined ? {} : { before }) });
  return askPeer({ address, target: `${paths.merges}?${query.toString()}`, schema: ownMergesSchema, bytesMax: BYTES_MAX, withinMs }, log);
}
