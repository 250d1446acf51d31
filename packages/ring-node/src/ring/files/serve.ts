import { type Answer, type FileVersion, formatStamp } from '@coring/protocol';
import type { GetRequest } from '../client-request.js';
import { fullOrder } from '../membership/order.js';
import { awakeFirst, isAsleep, isReachable, suspect } from '../membership/reachable.js';
import { sleepsOn, wake } from '../membership/sleepers.js';
import { newestEpoch, ownersOf } from '../placement/owners.js';
import type { Body } from '../body.js';
import { nextMessageId, send } from '../send.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { entryOf } from './cache.js';
import { answerClient, failClient, receiptFor } from './clients.js';
import { postpone } from './care.js';
import type { Search } from './files-state.js';
import { aForward, tellForward } from './forward.js';
import { isKept } from './kept.js';
import type { Given } from './op.js';
import { passOn } from './relay.js';
import { transferMs } from './transfer-time.js';
import { isSame } from './version.js';

/** A node that does not say whether it holds the bytes is passed over after so long; one that sleeps, and a walk round the ring, may take longer. */
const ASK_MS = 500;
const WAKE_MS = 3_000;
const WALK_MS = 3_000;

/** Answers a reader: with the bytes here, else with those of a node that says it has them. */
export function serve(ring: RingState, turn: Turn, ref: string, current: FileVersion | undefined, grade: 'strong' | 'weak', holders: readonly string[], given?: Given): void {
  const request = ring.files.clients.get(ref)?.request;
  if (request?.op !== 'get') return;
  const { name, headOnly } = request;
  const value = versionAsked(request, current);
  if (value === undefined) {
    turn.emit({ type: 'got', name, grade, hops: 0 });
    const beside = current !== undefined && current.conflicts.length > 0 ? { value: current } : {};
    return answerClient(ring, turn, ref, { type: 'absent', ...beside, receipt: receiptFor(ring, grade, [], 0) });
  }
  const isKnown = isSame(request.knows, value.version);
  if (isKnown) turn.emit({ type: 'got', name, version: formatStamp(value.version), grade, hops: 0 });
  if (headOnly || isKnown) return answerClient(ring, turn, ref, { type: 'found', value, receipt: receiptFor(ring, grade, holders, 0) });
  const self = ring.self.nodeId;
  if (isKept(entryOf(ring, name)?.kept ?? [], value.version)) return found(ring, turn, { ref, name, value, grade, holders }, self, 0);
  if (given !== undefined && isSame(given.version, value.version)) {
    // What took the request on to that node was the question itself.
    tellForward(turn, { request: nextMessageId(ring), origin: self, op: 'GET', mode: 'direct', name, hop: 1 }, self, given.from);
    return found(ring, turn, { ref, name, value, grade, holders }, given.from, 1, given.token);
  }
  const epoch = newestEpoch(ring);
  const likely = [...holders, ...(epoch === undefined ? [] : ownersOf(epoch, name))];
  const candidates = awakeFirst(ring, [...new Set(likely)].filter((node) => node !== self));
  const search: Search = { ref, name, value, grade, holders, candidates, call: '', asked: '', isWalking: false };
  ring.files.searches.set(ref, search);
  askNext(ring, turn, search);
}

/** A node says whether it holds what is looked for; of a walk only the one that does says so. */
export function onSearchAnswered(ring: RingState, turn: Turn, ref: string, { from, ok, hops }: Pick<Answer, 'from' | 'ok' | 'hops'>): void {
  const search = ring.files.searches.get(ref);
  if (search === undefined) return;
  if (!ok) return askNext(ring, turn, search);
  endSearch(ring, search);
  if (search.isWalking) repair(ring, turn, search, from);
  found(ring, turn, search, from, hops);
}

/** Nobody answered in time, or what was asked could not be sent. Returns whether there was such a search. */
export function onSearchLate(ring: RingState, turn: Turn, ref: string): boolean {
  const search = ring.files.searches.get(ref);
  if (search === undefined) return false;
  if (!search.isWalking) {
    suspect(ring, turn, search.asked, 'silent about a FORWARD');
    if (sleepsOn(ring, search.asked)) search.candidates.push(search.asked);
  }
  askNext(ring, turn, search);
  return true;
}

export function endSearch(ring: RingState, search: Search): void {
  ring.files.calls.delete(search.call);
  ring.files.searches.delete(search.ref);
  clearTimer(ring.timers, { type: 'forward-late', key: search.ref });
}

function askNext(ring: RingState, turn: Turn, search: Search): void {
  const { files, timers } = ring;
  files.calls.delete(search.call);
  const node = search.candidates.shift();
  if (node !== undefined) {
    const forward = forwardFor(ring, turn, search, 'direct');
    const id = send(ring, turn, node, forward);
    files.calls.set(id, { type: 'search', ref: search.ref, node });
    tellForward(turn, forward, ring.self.nodeId, node);
    search.call = id;
    search.asked = node;
    setTimer(timers, { type: 'forward-late', key: search.ref }, turn.nowMs + (isAsleep(ring, node) ? WAKE_MS : ASK_MS));
    wake(ring, turn, node);
    return;
  }
  const walk = forwardFor(ring, turn, search, 'walk');
  if (search.isWalking || !passOn(ring, turn, walk)) return giveUp(ring, turn, search);
  search.isWalking = true;
  search.call = walk.request;
  files.calls.set(walk.request, { type: 'search', ref: search.ref, node: '' });
  setTimer(timers, { type: 'forward-late', key: search.ref }, turn.nowMs + WALK_MS);
}

function forwardFor(ring: RingState, turn: Turn, { ref, name, value }: Search, mode: 'direct' | 'walk'): Body<'FORWARD'> {
  const endsAtMs = ring.files.clients.get(ref)?.endsAtMs ?? turn.nowMs + WALK_MS;
  const hopsMax = mode === 'direct' ? 1 : fullOrder(ring).length + 8;
  return aForward(ring, { op: 'GET', mode, name, hopsMax, deadlineMs: endsAtMs - turn.nowMs, version: value.version });
}

function found(ring: RingState, turn: Turn, search: Pick<Search, 'ref' | 'name' | 'value' | 'grade' | 'holders'>, nodeId: string, hops: number, token?: string): void {
  const { ref, name, value, grade, holders } = search;
  const { version } = value;
  const nodes = new Set([...holders, nodeId]);
  turn.emit({ type: 'got', name, version: formatStamp(version), grade, hops, from: nodeId });
  const answer = { type: 'found', value, from: { nodeId, version }, receipt: receiptFor(ring, grade, nodes, hops) } as const;
  answerClient(ring, turn, ref, answer, token === undefined ? undefined : { name, version, token });
}

function giveUp(ring: RingState, turn: Turn, search: Search): void {
  endSearch(ring, search);
  postpone(ring, turn, search.name, 1_000);
  failClient(ring, turn, search.ref, 'unavailable', receiptFor(ring, search.grade, [], 0));
}

/** What a walk found elsewhere belongs on the owners: they are told where it is. */
function repair(ring: RingState, turn: Turn, { name, value }: Search, holder: string): void {
  const epoch = newestEpoch(ring);
  if (epoch === undefined) return;
  const { digest, size, version } = value;
  const forward = aForward(ring, { op: 'PUT', name, deadlineMs: transferMs(size), digest, size, sources: [{ nodeId: holder, version }] });
  for (const node of ownersOf(epoch, name)) {
    if (node === ring.self.nodeId) postpone(ring, turn, name, 0);
    else if (node !== holder && isReachable(ring, node)) send(ring, turn, node, forward);
  }
}

/** The current version, or the one asked for where it is current or a conflict copy. */
function versionAsked({ version }: GetRequest, current: FileVersion | undefined): FileVersion | undefined {
  if (current === undefined) return undefined;
  if (version === undefined || isSame(version, current.version)) return current.deleted ? undefined : current;
  const conflict = current.conflicts.find((one) => isSame(one.version, version));
  return conflict === undefined ? undefined : { ...conflict, deleted: false, seen: {}, conflicts: [], ops: [] };
}
