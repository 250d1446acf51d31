import type { Conditions } from '@coring/ring-node/ring';
import { gradeOf, type History, isConditionFailed, isDone, type Operation, type WriteRequest } from '../history.js';
import type { Losses } from '../losses.js';
import { sayConditions, sayContent } from '../say-deed.js';

/** What is in the file: the digest of its content, or nothing. */
export type Content = string | undefined;

/** One operation as a single moment somewhere between its beginning and its end. */
export interface Moment {
  readonly what: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Whether it surely took place; one that may not have, or later, is open at its end. */
  readonly isSure: boolean;
  /** Whether it can take place on this content. */
  readonly fits: (content: Content) => boolean;
  readonly after: (content: Content) => Content;
}

/** After so many steps the search gives up: the verdict is open. */
const STEPS_MAX = 400_000;
/** Counts the names of which it is. */
export const UNDECIDED = 'linearizability not decided';

/**
 * Whether the strong operations on each name could have happened one after another, each between its beginning and its end.
 * Weak writes and those with an unknown outcome may have happened, at any later time. Search: Wing and Gong (1993) with the memory of Lowe (2017).
 */
export function checkLinearizability(run: { readonly history: History; readonly losses?: Losses; count(what: string, by?: number): void }): string[] {
  const faults: string[] = [];
  for (const name of run.history.names()) {
    if (run.losses?.mayConcern(name, run.history) === true) continue;
    const moments = momentsOf(run.history.of(name));
    const verdict = canBeOrdered(moments);
    if (verdict === 'unknown') run.count(UNDECIDED);
    else run.count('judged', moments.length);
    if (verdict === 'no') faults.push(`${name}: no order explains\n${moments.map(sayMoment).join('\n')}`);
  }
  return faults;
}

export function momentsOf(operations: readonly Operation[]): Moment[] {
  const moments: Moment[] = [];
  const writes = new Map<string, Operation[]>();
  for (const operation of operations) {
    const { request, answer, startedMs, endedMs = Infinity } = operation;
    if (request.op === 'list') continue;
    const isStrong = gradeOf(answer) === 'strong';
    const moment = { startedMs, endedMs, isSure: true };
    if (request.op === 'get') {
      if (!isStrong || request.version !== undefined || (answer?.type !== 'found' && answer?.type !== 'absent')) continue;
      const read = answer.type === 'found' ? answer.value.digest : undefined;
      moments.push({ ...moment, what: `get = ${sayContent(read)}`, fits: (content) => content === read, after: same });
    } else if (request.op === 'delete' && answer?.type === 'absent') {
      // Nothing was done, and nothing will be.
      const what = `delete = nothing (${request.opId})`;
      if (isStrong) moments.push({ ...moment, what, fits: (content) => content === undefined, after: same });
    } else if (isConditionFailed(answer)) {
      if (!isStrong) continue;
      moments.push({ ...moment, what: `412 ${sayWrite(request)}`, fits: (content) => !holds(request.conditions, content), after: same });
    } else {
      const tries = writes.get(request.opId);
      if (tries === undefined) writes.set(request.opId, [operation]);
      else tries.push(operation);
    }
  }
  for (const tries of writes.values()) moments.push(writeMoment(tries));
  return moments.sort((a, b) => a.startedMs - b.startedMs);
}

const same = (content: Content) => content;

/** However often a write was asked for under one id, it happens once. */
function writeMoment(tries: readonly Operation[]): Moment {
  const request = tries[0]!.request as WriteRequest;
  const sure = tries.filter(({ answer }) => isDone(answer) && gradeOf(answer) === 'strong');
  // Where it resolves something, what was deleted may have been the conflict copies beside a deletion.
  const wasThere = request.resolves === undefined && sure.some(({ answer }) => answer?.type === 'deleted');
  const next = request.op === 'put' ? request.digest : undefined;
  return {
    what: `${sure.length > 0 ? '' : 'perhaps '}${sayWrite(request)}`,
    startedMs: Math.min(...tries.map(({ startedMs }) => startedMs)),
    endedMs: Math.min(Infinity, ...sure.map(({ endedMs }) => endedMs ?? Infinity)),
    isSure: sure.length > 0,
    // To delete what is not there changes nothing, unless it was said that it was there.
    fits: (content) => (request.op === 'delete' && content === undefined ? !wasThere : holds(request.conditions, content)),
    after: () => next,
  };
}

/** RFC 9110, section 13.1. */
function holds({ ifMatch, ifNoneMatch }: Conditions, content: Content): boolean {
  if (ifMatch !== undefined && (content === undefined || !(ifMatch === '*' || ifMatch.includes(content)))) return false;
  return ifNoneMatch === undefined || content === undefined || !(ifNoneMatch === '*' || ifNoneMatch.includes(content));
}

export function canBeOrdered(moments: readonly Moment[]): 'yes' | 'no' | 'unknown' {
  const visited = new Set<string>();
  let steps = 0;
  /** `done` has a 1 for each moment that lies behind, `left` counts the sure ones that do not. */
  const search = (done: string, left: number, content: Content): boolean => {
    if (left === 0) return true;
    const key = `${done} ${content}`;
    if (visited.has(key) || ++steps > STEPS_MAX) return false;
    visited.add(key);
    let firstEndMs = Infinity;
    moments.forEach(({ isSure, endedMs }, i) => {
      if (isSure && done[i] === '0') firstEndMs = Math.min(firstEndMs, endedMs);
    });
    return moments.some((moment, i) => {
      if (done[i] === '1' || moment.startedMs > firstEndMs || !moment.fits(content)) return false;
      return search(`${done.slice(0, i)}1${done.slice(i + 1)}`, left - Number(moment.isSure), moment.after(content));
    });
  };
  if (search('0'.repeat(moments.length), moments.filter(({ isSure }) => isSure).length, undefined)) return 'yes';
  return steps > STEPS_MAX ? 'unknown' : 'no';
}

function sayMoment({ startedMs, endedMs, what }: Moment): string {
  return `      ${startedMs.toFixed(1)} to ${endedMs.toFixed(1)}: ${what}`;
}

function sayWrite(request: WriteRequest): string {
  return `${request.op === 'put' ? `put ${sayContent(request.digest)}` : 'delete'}${sayConditions(request.conditions)} (${request.opId})`;
}
