import type { FileVersion } from '@coring/protocol';
import type { World } from '../world.js';
import { knownNames, newestEpoch, ownersOf } from './owners-at-rest.js';

/** At rest nothing that was asked for once, however often it was repeated by its id, stands twice: as the file and beside it, or beside it more than once. */
export function checkDoneOnce(world: World): string[] {
  const epoch = newestEpoch(world);
  if (epoch === undefined) return [];
  return knownNames(world).flatMap((name) => {
    const [owner] = ownersOf(world, epoch, name);
    const digests = kept(owner?.disk.register(name)?.value);
    const twice = digests.filter((digest, i) => digests.indexOf(digest) < i && idsOf(world, name, digest).size === 1);
    return twice.map((digest) => `${name}: what ${[...idsOf(world, name, digest)].join()} put (${digest.replace(/^0+/, '')}) is kept twice`);
  });
}

function kept(value: FileVersion | undefined): string[] {
  if (value === undefined) return [];
  return [...(value.deleted ? [] : [value]), ...value.conflicts].map(({ digest }) => digest);
}

function idsOf({ history }: World, name: string, digest: string): Set<string> {
  return new Set(history.of(name).flatMap(({ request }) => (request.op === 'put' && request.digest === digest ? [request.opId] : [])));
}
