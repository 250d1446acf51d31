import { formatStamp } from '@coring/protocol';
import type { History } from '../history.js';
import { type Met, metInAnswers, metOnDisk } from '../met.js';
import type { Mints } from '../mints.js';
import type { SimulatedNode } from '../simulated-node.js';

/** What clients asked for, and what came of it. */
interface Asked {
  readonly history: History;
  readonly mints?: Pick<Mints, 'confusions'>;
  /** Those whose disks are looked at. */
  readonly nodes?: readonly Pick<SimulatedNode, 'name' | 'disk'>[];
}

/**
 * No answer and no disk shows a content, current or as a conflict copy, that was never put under that name, nor one put only afterwards, nor a deletion that
 * nobody asked for; and a version stands for one content.
 */
export function checkNoInvention({ history, mints, nodes = [] }: Asked): string[] {
  const met = [...metInAnswers(history), ...nodes.flatMap(metOnDisk)];
  const confusions = [...(mints?.confusions ?? []), ...confusionsIn(met)];
  return [...confusions.map((confusion) => `two contents of one version: ${confusion}`), ...met.filter((one) => !isAskedFor(history, one)).map(sayInvented)];
}

function isAskedFor(history: History, { name, kind, digest, size, atMs }: Met): boolean {
  return history.of(name).some(({ request, startedMs }) => {
    if (startedMs > atMs) return false;
    return kind === 'deletion' ? request.op === 'delete' : request.op === 'put' && request.digest === digest && request.size === size;
  });
}

function sayInvented({ name, kind, digest, size, where }: Met): string {
  return kind === 'deletion' ? `${where}, ${name}: a deletion that nobody had asked for` : `${where}, ${name}: a ${kind} that nobody had put: ${digest}, ${size} bytes`;
}

/** Versions that were met with two contents. */
function confusionsIn(met: readonly Met[]): string[] {
  const known = new Map<string, string>();
  const confusions = new Set<string>();
  for (const { name, version, digest } of met) {
    const key = `${name} ${formatStamp(version)}`;
    const first = known.get(key);
    if (first === undefined) known.set(key, digest);
    else if (first !== digest) confusions.add(`${key} is ${first} and ${digest}`);
  }
  return [...confusions];
}
