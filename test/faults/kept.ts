import { formatStamp } from '@coring/protocol';
import { gradeOf, type History, type Operation } from '@coring/simulator';
import { keptOf, type Shown } from './at-rest.js';

/**
 * Acknowledged uploads that are neither current nor a conflict copy, and that no other write of their name can have taken the place of: each was over
 * before the upload began.
 */
export function lostUploads(history: History, shown: ReadonlyMap<string, Shown>): string[] {
  const faults: string[] = [];
  for (const { request, answer, node } of history.operations) {
    if (request.op !== 'put' || answer?.type !== 'stored') continue;
    if (keptOf(shown.get(request.name)).some(({ digest }) => digest === request.digest)) continue;
    const others = history.of(request.name);
    // It was done at the first attempt, perhaps.
    const beganMs = Math.min(...others.filter((other) => opIdOf(other) === request.opId).map(({ startedMs }) => startedMs));
    if (others.some((other) => opIdOf(other) !== request.opId && mayFollow(other, beganMs))) continue;
    faults.push(`${request.name}: ${request.opId}, ${formatStamp(answer.value.version)}, acknowledged ${answer.receipt.grade} with ${answer.receipt.copies} copies by ${node}, is lost\n${history.of(request.name).map(sayOperation).join('\n')}`);
  }
  return faults;
}

function mayFollow({ request, answer, endedMs = Infinity }: Operation, beganMs: number): boolean {
  if (request.op !== 'put' && request.op !== 'delete') return false;
  if (answer?.type === 'absent' || (answer?.type === 'failed' && answer.code === 'precondition-failed')) return false;
  // One that failed, or got no answer, may still take place. Versions say nothing: of two that meet, the older may be the later one.
  return endedMs >= beganMs || answer?.type === 'failed';
}

/** Names a write, however often it is asked for. */
function opIdOf({ request }: Operation): string | undefined {
  return 'opId' in request ? request.opId : undefined;
}

/** What is kept under a name that nobody had put there. */
export function unaskedFor(history: History, shown: ReadonlyMap<string, Shown>): string[] {
  return [...shown].flatMap(([name, one]) => {
    const put = new Set(history.of(name).flatMap(({ request }) => (request.op === 'put' ? [request.digest] : [])));
    return keptOf(one).filter(({ digest }) => !put.has(digest)).map(({ version }) => `${name}: nobody had put ${version}`);
  });
}

function sayOperation({ request, answer, startedMs, endedMs, lost, node }: Operation): string {
  const { op } = request;
  const asked = 'opId' in request ? `${op} ${request.opId} ${JSON.stringify(request.conditions)}` : op;
  const told = lost ? 'no answer' : answer === undefined ? 'open' : answer.type === 'found' || answer.type === 'stored' ? `${answer.type} ${answer.value.digest.slice(0, 8)} ${formatStamp(answer.value.version)}` : answer.type === 'failed' ? answer.code : answer.type;
  const grade = gradeOf(answer) ?? 'not graded';
  return `    ${startedMs.toFixed(0)} to ${endedMs?.toFixed(0) ?? '?'}: ${asked} by ${node}: ${told}, ${grade}`;
}
