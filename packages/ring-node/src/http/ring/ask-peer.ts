import { fits, parseJson } from '@coring/protocol/validate';
import type { Log } from '../../node/log.js';

interface Question {
  /** Of the node that is asked. */
  readonly address: string;
  /** Path and query. */
  readonly target: string;
  /** What its answer has to look like. */
  readonly schema: object;
  /** A longer answer is none, in bytes. */
  readonly bytesMax: number;
  readonly withinMs: number;
  readonly log: Log;
}

/** What another node answers over HTTP; undefined where it does not answer so, or not in time. */
export async function askPeer<T>({ address, target, schema, bytesMax, withinMs, log }: Question): Promise<T | undefined> {
  // Not as a part of AbortSignal.any: what Node 20 makes of a timeout there may be collected before it fires.
  const signal = AbortSignal.timeout(withinMs);
  try {
    const answer = await fetch(`http://${address}${target}`, { signal, redirect: 'error' });
    const body = parseJson(await textOf(answer, bytesMax));
    const fault = answer.ok ? fits(schema, body) : `it answered ${answer.status}`;
    if (fault !== undefined) throw new Error(fault);
    return body as T;
  } catch (error) {
    log.debug({ err: error, address, target }, 'a peer did not answer');
    return undefined;
  }
}

async function textOf({ body }: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`its answer is longer than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
