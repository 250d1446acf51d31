import { type OwnMerges, ownMergesSchema, paths } from '@coring/protocol';
import { fits, parseJson } from '@coring/protocol/validate';
import type { Log } from '../../node/log.js';
import type { MergesAsked } from '../../node/merge-report.js';

/** An answer of a peer that is longer is none, in bytes: 1 000 merges with some conflict copies each take less. */
const BYTES_MAX = 8 * 2 ** 20;

/** What the node at an address has merged itself; undefined where it does not say so within that time, in milliseconds. */
export async function askOwnMerges(address: string, { limit, name, before }: MergesAsked, withinMs: number, log: Log): Promise<OwnMerges | undefined> {
  // Not as a part of AbortSignal.any: what Node 20 makes of a timeout there may be collected before it fires.
  const signal = AbortSignal.timeout(withinMs);
  const query = new URLSearchParams({ own: '', limit: String(limit), ...(name === undefined ? {} : { name }), ...(before === undefined ? {} : { before }) });
  try {
    const answer = await fetch(`http://${address}${paths.merges}?${query.toString()}`, { signal, redirect: 'error' });
    const body = parseJson(await textOf(answer));
    const fault = answer.ok ? fits(ownMergesSchema, body) : `it answered ${answer.status}`;
    if (fault !== undefined) throw new Error(fault);
    return body as OwnMerges;
  } catch (error) {
    log.debug({ err: error, address }, 'a peer did not tell what it merged');
    return undefined;
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > BYTES_MAX) throw new Error(`its answer is longer than ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
