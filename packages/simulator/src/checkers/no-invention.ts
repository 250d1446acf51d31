import { formatStamp } from '@coring/protocol';
import type { History } from '../history.js';
import type { Mints } from '../mints.js';

/** No answer shows bytes that were never put under that name, nor ones put only afterwards; and a version stands for one content. */
export function checkNoInvention({ history, mints }: { readonly history: History; readonly mints?: Pick<Mints, 'confusions'> }): string[] {
  const confusions = [...(mints?.confusions ?? []), ...confusionsIn(history)];
  const faults = confusions.map((confusion) => `two contents of one version: ${confusion}`);
  for (const { request, answer, endedMs = Infinity, node } of history.operations) {
    if (request.op !== 'get' || answer?.type !== 'found') continue;
    const { digest, size } = answer.value;
    const isPut = history
      .of(request.name)
      .some((other) => other.request.op === 'put' && other.request.digest === digest && other.request.size === size && other.startedMs <= endedMs);
    if (!isPut) faults.push(`${node} found ${request.name} with a content that nobody had put: ${digest}`);
  }
  return faults;
}

/** Versions of which clients were told two contents. */
function confusionsIn(history: History): string[] {
  const told = new Map<string, string>();
  const confusions: string[] = [];
  for (const { request, answer } of history.operations) {
    if (request.op === 'list' || (answer?.type !== 'found' && answer?.type !== 'stored')) continue;
    const { version, digest } = answer.value;
    const key = `${request.name} ${formatStamp(version)}`;
    const known = told.get(key);
    if (known === undefined) told.set(key, digest);
    else if (known !== digest) confusions.push(`${key} is ${known} and ${digest}`);
  }
  return confusions;
}
