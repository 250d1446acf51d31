import { gradeOf, type History, isConditionFailed, isDone, type Operation } from '../history.js';
import type { Losses } from '../losses.js';

/**
 * A strong and complete list has every name whose last strong PUT was acknowledged before it began and that nobody was deleting,
 * and no name whose strong DELETE was acknowledged before and that nobody was putting. Names come in order, each once.
 */
export function checkListing({ history, losses }: { readonly history: History; readonly losses?: Losses }): string[] {
  const faults: string[] = [];
  const names = new Set(history.names());
  for (const list of history.operations) {
    if (list.answer?.type !== 'listed') continue;
    // A deleted name is told where conflict copies are kept beside it.
    const files = list.answer.files.flatMap(({ name, value }) => (value?.deleted === true ? [] : [name]));
    const listed = new Set(files);
    if (listed.size !== files.length) faults.push(`${list.node} listed a name twice: ${files.join(' ')}`);
    for (const name of listed) if (!names.has(name)) faults.push(`${list.node} listed ${name}, which nobody had put`);
    if (list.answer.grade !== 'strong' || list.answer.partial || list.answer.next !== undefined) continue;
    for (const name of names) {
      if (losses?.mayConcern(name, history) === true) continue;
      const isListed = listed.has(name);
      const who = `${list.node} at ${list.startedMs.toFixed(1)}`;
      if (!isListed && isSurely(history, name, list, 'put')) faults.push(`${who} did not list ${name}, which was there`);
      if (isListed && isSurely(history, name, list, 'delete')) faults.push(`${who} listed ${name}, which was deleted`);
    }
  }
  return faults;
}

/** A write, however often it was asked for: it happens once, before the first strong answer if there is any. */
interface Write {
  readonly op: 'put' | 'delete';
  readonly startedMs: number;
  readonly doneMs: number;
  /** It changed nothing in the end. While it went on a list may have met it all the same. */
  readonly isVoid: boolean;
}

/** Whether a strong write of this kind was done before the list began, and none of the other kind can have come after it. */
function isSurely(history: History, name: string, list: Operation, op: 'put' | 'delete'): boolean {
  const writes = writesOf(history.of(name));
  const before = writes.filter((write) => write.op === op && !write.isVoid && write.doneMs < list.startedMs);
  if (before.length === 0) return false;
  const last = Math.max(...before.map(({ startedMs }) => startedMs));
  return !writes.some((write) => write.op !== op && write.startedMs < (list.endedMs ?? Infinity) && write.doneMs >= last);
}

function writesOf(operations: readonly Operation[]): Write[] {
  const attempts = new Map<string, Write[]>();
  for (const { request, answer, startedMs, endedMs = Infinity } of operations) {
    if (request.op !== 'put' && request.op !== 'delete') continue;
    const isStrong = gradeOf(answer) === 'strong';
    const isVoid = isStrong && (answer?.type === 'absent' || isConditionFailed(answer));
    const attempt = { op: request.op, startedMs, doneMs: isVoid || (isStrong && isDone(answer)) ? endedMs : Infinity, isVoid };
    attempts.set(request.opId, [...(attempts.get(request.opId) ?? []), attempt]);
  }
  return [...attempts.values()].map(together);
}

/** One write of all attempts at it: those that came to nothing say when it was done only where all did. */
function together(attempts: readonly Write[]): Write {
  const effective = attempts.filter(({ isVoid }) => !isVoid);
  const telling = effective.length > 0 ? effective : attempts;
  return {
    op: attempts[0]!.op,
    startedMs: Math.min(...attempts.map(({ startedMs }) => startedMs)),
    doneMs: Math.min(...telling.map(({ doneMs }) => doneMs)),
    isVoid: effective.length === 0,
  };
}
