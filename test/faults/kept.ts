import { formatStamp, parseStamp } from '@coring/protocol';
import { gradeOf, type History, lostUploads, type Mints, type Operation } from '@coring/simulator';
import { keptOf, type Shown } from './at-rest.js';

/** Acknowledged uploads that are neither shown nor succeeded by a version whose writer had seen them, each with all that was asked of its name. */
export function lostOf(history: History, mints: Mints, shown: ReadonlyMap<string, Shown>): string[] {
  const kept = (name: string) => {
    const one = shown.get(name);
    return one === undefined ? [] : [one, ...one.conflicts].map(({ version }) => parseStamp(version)!);
  };
  return lostUploads({ history, mints, kept }).map((fault) => [fault, ...history.of(fault.slice(0, fault.indexOf(': '))).map(sayOperation)].join('\n'));
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
