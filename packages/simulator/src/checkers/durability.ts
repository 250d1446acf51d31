import { formatStamp, type Stamp } from '@coring/protocol';
import { gradeOf } from '../history.js';
import type { Mint } from '../mints.js';
import type { World } from '../world.js';
import { newestEpoch, ownersOf } from './owners-at-rest.js';

/**
 * Every acknowledged upload is, once the ring has come to rest, current, a conflict copy, or succeeded by a version whose writer had
 * seen it (which in turn must not be lost). A deletion that had seen it ends the matter.
 */
export function checkDurability(world: World): string[] {
  const epoch = newestEpoch(world);
  if (epoch === undefined) return [];
  const faults: string[] = [];
  for (const { request, answer } of world.history.operations) {
    if (request.op !== 'put' || answer?.type !== 'stored') continue;
    const { name, opId } = request;
    if (world.losses.mayConcern(name, world.history)) continue;
    const values = ownersOf(world, epoch, name).map((node) => node.disk.register(name)?.value);
    const alive = new Set(values.flatMap((value) => (value === undefined ? [] : [value, ...value.conflicts])).map(({ version }) => formatStamp(version)));
    const mints = world.mints.of(name);
    if (!isKept(answer.value.version, alive, mints, new Set())) {
      faults.push(`${name}: ${gradeOf(answer)} ${opId} ${formatStamp(answer.value.version)} (${request.digest.replace(/^0+/, '')}) is lost`);
    }
  }
  return faults;
}

function isKept(version: Stamp, alive: ReadonlySet<string>, mints: readonly Mint[], asked: Set<string>): boolean {
  const key = formatStamp(version);
  if (alive.has(key)) return true;
  if (asked.has(key)) return false;
  asked.add(key);
  const opIds = mints.find((mint) => formatStamp(mint.version) === key)?.opIds ?? [];
  return mints.some((mint) => {
    // A write that was repeated elsewhere may have two versions: they are one write.
    const isSameWrite = mint.opIds.some((id) => opIds.includes(id));
    const isSuccessor = formatStamp(mint.version) !== key && (mint.seen[version.node] ?? -1) >= version.time;
    return (isSuccessor && mint.deleted) || ((isSuccessor || isSameWrite) && isKept(mint.version, alive, mints, asked));
  });
}
