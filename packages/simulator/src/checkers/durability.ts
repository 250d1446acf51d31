import { formatStamp, type Stamp } from '@coring/protocol';
import { hasSeen } from '@coring/ring-node/ring';
import { gradeOf, type History } from '../history.js';
import type { Losses } from '../losses.js';
import type { Mint, Mints } from '../mints.js';
import type { World } from '../world.js';
import { newestEpoch, ownersOf } from './owners-at-rest.js';

/** Uploads that are lost: see `lostUploads`. */
export function checkDurability(world: World): string[] {
  const epoch = newestEpoch(world);
  if (epoch === undefined) return [];
  const kept = (name: string): Stamp[] => {
    const values = ownersOf(world, epoch, name).map((node) => node.disk.register(name)?.value);
    return values.flatMap((value) => (value === undefined ? [] : [value, ...value.conflicts])).map(({ version }) => version);
  };
  return lostUploads({ history: world.history, losses: world.losses, mints: world.mints, kept });
}

/**
 * Every acknowledged upload is, once the ring has come to rest, current, a conflict copy, or succeeded by a version whose writer had
 * seen it (which in turn must not be lost). A deletion that had seen it ends the matter. Returns those that are none of it. `kept`: the versions
 * of a name, the current one and the conflict copies.
 */
export function lostUploads(run: { readonly history: History; readonly losses?: Losses; readonly mints: Pick<Mints, 'of'>; readonly kept: (name: string) => readonly Stamp[] }): string[] {
  const faults: string[] = [];
  for (const { request, answer } of run.history.operations) {
    if (request.op !== 'put' || answer?.type !== 'stored') continue;
    const { name, opId } = request;
    if (run.losses?.mayConcern(name, run.history) === true) continue;
    const alive = new Set(run.kept(name).map(formatStamp));
    if (!isKept(answer.value.version, alive, run.mints.of(name), new Set())) {
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
    const isSuccessor = formatStamp(mint.version) !== key && hasSeen(mint.seen, version);
    return (isSuccessor && mint.deleted) || ((isSuccessor || isSameWrite) && isKept(mint.version, alive, mints, asked));
  });
}
