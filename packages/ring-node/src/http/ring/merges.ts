import { type Merge, type MergesBody, type OwnMerges, parseStamp, type RingNode } from '@coring/protocol';
import type { MergesAsked } from '../../node/merge-report.js';
import type { NodeFace } from '../../node/node-face.js';
import { askOwnMerges } from './ask-own-merges.js';
import { atOnce } from './at-once.js';
import { joinHeals } from './join-heals.js';

/** So many nodes, or conflict copies, are asked about at the same time. */
const AT_ONCE = 32;
/** How long one node is waited for, in milliseconds; all of them together for half of the deadline. */
const NODE_MS = 2_000;

/** What all nodes say that they have merged, newest first, and which of the conflict copies are still there. The deadline is in milliseconds. */
export async function merges(node: NodeFace, asked: MergesAsked, deadlineMs: number, gone: AbortSignal): Promise<MergesBody> {
  const { self, nodes } = node.ring();
  const others = nodes.filter(({ nodeId, state }) => nodeId !== self && state !== 'left');
  const endsAtMs = performance.now() + deadlineMs;
  const answers = await atOnce(AT_ONCE, others, async (one) => (gone.aborted ? undefined : ask(node, one, asked, endsAtMs - deadlineMs / 2)));
  const told: (readonly [by: string, OwnMerges])[] = [[self, node.merges(asked)]];
  const unanswered: string[] = [];
  for (const [at, answer] of answers.entries()) {
    if (answer === undefined) unanswered.push(others[at]!.nodeId);
    else told.push([others[at]!.nodeId, answer]);
  }
  const all = newestFirst(told.flatMap(([by, own]) => own.merges.map((merge) => ({ ...merge, node: by }))));
  const page = all.slice(0, asked.limit);
  const next = all.length > page.length || told.some(([, { more }]) => more) ? page.at(-1)?.id : undefined;
  const heals = joinHeals(told.flatMap(([by, own]) => own.heals.map((heal) => ({ ...heal, by }))));
  return {
    heals: heals.filter(({ atMs }) => (asked.before === undefined || atMs < timeIn(asked.before)) && (next === undefined || atMs >= timeIn(next))),
    merges: await atOnce(AT_ONCE, withoutRepeats(page), (merge) => lookedAt(node, merge, endsAtMs, gone)),
    unanswered,
    ...(next === undefined ? {} : { next }),
  };
}

async function ask(node: NodeFace, { state, address }: RingNode, asked: MergesAsked, endsAtMs: number): Promise<OwnMerges | undefined> {
  const withinMs = Math.min(NODE_MS, Math.floor(endsAtMs - performance.now()));
  if (withinMs <= 0 || (state !== 'up' && state !== 'leaving')) return undefined;
  return askOwnMerges(address, asked, withinMs, node.log);
}

/** Two nodes may have merged the same at the same time: the later one says nothing new. */
function withoutRepeats(page: readonly Merge[]): Merge[] {
  const told = new Set<string>();
  const kept = page.toReversed().filter(({ name, version, conflicts }) => {
    const key = JSON.stringify([name, version, conflicts.map((one) => one.version)]);
    return !told.has(key) && told.add(key);
  });
  return kept.reverse();
}

function newestFirst(all: readonly Merge[]): Merge[] {
  return [...all].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** The merge, with what has become of its conflict copies. */
async function lookedAt(node: NodeFace, merge: Merge, endsAtMs: number, gone: AbortSignal): Promise<Merge> {
  const conflicts: Merge['conflicts'] = [];
  for (const conflict of merge.conflicts) {
    const kept = await isKept(node, merge.name, conflict.version, endsAtMs, gone);
    conflicts.push({ ...conflict, ...(kept === undefined ? {} : { kept }) });
  }
  return { ...merge, conflicts };
}

/** Whether a version can still be got; undefined where just now nobody can say. */
async function isKept(node: NodeFace, name: string, version: string, endsAtMs: number, gone: AbortSignal): Promise<boolean | undefined> {
  const stamp = parseStamp(version);
  const deadlineMs = endsAtMs - performance.now();
  if (stamp === undefined || deadlineMs <= 0 || gone.aborted) return undefined;
  const answer = await node.request({ op: 'get', name, version: stamp, headOnly: true, requireStrong: false, deadlineMs }, gone);
  if (answer.type === 'found') return true;
  return answer.type === 'absent' && answer.receipt.grade === 'strong' ? false : undefined;
}

function timeIn(id: string): number {
  return Number(id.split('-')[0]);
}
