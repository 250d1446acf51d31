import { gradeOf, isConditionFailed, isDone, type Operation } from '../history.js';
import type { World } from '../world.js';

/**
 * A strong and complete list has every name whose last strong PUT was acknowledged before it began and that nobody was deleting,
 * and no name whose strong DELETE was acknowledged before and that nobody was putting. Names come in order, each once.
 */
export function checkListing(world: World): string[] {
  const faults: string[] = [];
  const { operations } = world.history;
  const names = new Set(operations.flatMap(({ request }) => (request.op === 'list' ? [] : [request.name])));
  for (const list of operations) {
    if (list.answer?.type !== 'listed') continue;
    const listed = list.answer.files.map(({ name }) => name);
    if (new Set(listed).size !== listed.length) faults.push(`${list.node} listed a name twice: ${listed.join(' ')}`);
    for (const name of listed) if (!names.has(name)) faults.push(`${list.node} listed ${name}, which nobody had put`);
    if (list.answer.grade !== 'strong' || list.answer.partial || list.answer.next !== undefined) continue;
    for (const name of names) {
      const isListed = listed.includes(name);
      if (!isListed && isSurely(world, name, list, 'put')) faults.push(`${list.node} at ${list.startedMs.toFixed(1)} did not list ${name}, which was there`);
      if (isListed && isSurely(world, name, list, 'delete')) faults.push(`${list.node} at ${list.startedMs.toFixed(1)} listed ${name}, which was deleted`);
    }
  }
  return faults;
}

/** Whether a strong operation of this kind was done before the list began, and nothing of the other kind can have come after it. */
function isSurely(world: World, name: string, list: Operation, op: 'put' | 'delete'): boolean {
  const writes = world.history.of(name).filter(({ request, answer }) => request.op !== 'get' && !(isConditionFailed(answer) && gradeOf(answer) === 'strong'));
  const before = writes.filter(
    ({ request, answer, endedMs = Infinity }) => request.op === op && endedMs < list.startedMs && isDone(answer) && gradeOf(answer) === 'strong',
  );
  const last = before.reduce((latest, { startedMs }) => Math.max(latest, startedMs), -1);
  if (last < 0) return false;
  return !writes.some(
    ({ request, startedMs, endedMs = Infinity, answer }) =>
      request.op !== op && startedMs < (list.endedMs ?? Infinity) && !(endedMs < last && isDone(answer) && gradeOf(answer) === 'strong'),
  );
}
