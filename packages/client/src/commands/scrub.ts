import { setTimeout as wait } from 'node:timers/promises';
import { bytesInWords, countOf, durationInWords, type RingBody, type ScrubBody } from '@coring/protocol';
import { ClientError, messageOf } from '../client-error.js';
import { paint, type Screen, sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

const LOOK_MS = 500;
/** Between two lines about a node that goes on, in milliseconds. */
const TELL_MS = 5_000;

/** Has every node that is up, or one, read all its copies, and shows how far they are until all are done. */
export async function scrub(context: Context, node: string | undefined): Promise<void> {
  const ring = await context.client.ring();
  const results = await Promise.allSettled(addressesOf(ring, node).map((address) => scrubOne(context, address)));
  context.signal.throwIfAborted();
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (reasons.length === 0) return;
  const code = reasons[0] instanceof ClientError ? reasons[0].code : 'internal';
  throw new ClientError(code, reasons.map(messageOf).join('; '), { cause: reasons[0] });
}

async function scrubOne({ client, screen, signal }: Context, address: string): Promise<void> {
  await client.scrub(address, 'begin');
  for (let toldMs = -TELL_MS; ; ) {
    await wait(LOOK_MS, undefined, { signal });
    const found = await client.scrub(address, 'look');
    const isDone = found.state === 'idle';
    if (!isDone && performance.now() - toldMs < TELL_MS) continue;
    toldMs = performance.now();
    tell(screen, address, found);
    if (isDone) return;
  }
}

function tell(screen: Screen, address: string, found: ScrubBody): void {
  if (screen.json) return sayJson(screen, { address, ...found });
  const { state, files, bytes, damaged, filesTotal, bytesTotal, secondsLeft } = found;
  const word = paint(state === 'running' ? 'reading' : 'read', state === 'running' ? 'dim' : 'green', screen.stdout);
  const all = state === 'running' ? ` of ${filesTotal}, ${bytesInWords(bytes)} of ${bytesInWords(bytesTotal ?? 0)}, ${durationInWords((secondsLeft ?? 0) * 1000)} left` : `, ${bytesInWords(bytes)}`;
  const bad = damaged === 0 ? 'none damaged' : paint(`${damaged} damaged, to be got from other nodes`, 'yellow', screen.stdout);
  screen.stdout.write(`${plain(address)}  ${word} ${countOf(files, 'file')}${all}, ${bad}\n`);
}

/** @throws ClientError `no-such-node` where the ring knows no such node */
function addressesOf({ nodes }: RingBody, node: string | undefined): string[] {
  const up = nodes.filter(({ state }) => state === 'up' || state === 'leaving');
  const meant = node === undefined ? up : up.filter(({ nodeId, address }) => address === node || nodeId.startsWith(node.toLowerCase()));
  if (meant.length === 0) throw new ClientError('no-such-node', `no node that is up is called ${node}`);
  if (node !== undefined && meant.length > 1) throw new ClientError('no-such-node', `several nodes begin with ${node}`);
  return meant.map(({ address }) => address);
}
