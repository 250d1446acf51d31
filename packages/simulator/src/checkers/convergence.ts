import { type FileVersion, formatStamp } from '@coring/protocol';
import type { World } from '../world.js';
import { knownNames, newestEpoch, ownersOf } from './owners-at-rest.js';

/**
 * At rest the owners of a name agree about it, each keeps the bytes of all that is kept, and no node has a branch left. An owner that was away while a file was
 * made and deleted need not know: equal digests of bytes say nothing of that, and before a deletion is reaped each owner is told.
 */
export function checkConvergence(world: World): string[] {
  const epoch = newestEpoch(world);
  if (epoch === undefined) return [];
  const faults: string[] = [];
  for (const name of knownNames(world)) {
    if (world.losses.mayConcern(name, world.history)) continue;
    const owners = ownersOf(world, epoch, name);
    const views = owners.map(({ disk }) => sayValue(disk.register(name)?.value));
    if (new Set(views).size > 1) faults.push(`${name}: owners differ: ${owners.map((node, i) => `${node.name}: ${views[i]}`).join('; ')}`);
    for (const node of world.running()) {
      const branches = node.disk.register(name)?.branches ?? [];
      if (branches.length > 0) faults.push(`${name}: ${node.name} has branches left: ${sayAll(branches)}`);
    }
    for (const node of owners) faults.push(...missingBytes(node, name));
  }
  return faults;
}

function sayValue(value: FileVersion | undefined): string {
  if (value === undefined || (value.deleted && value.conflicts.length === 0)) return 'nothing';
  return `${formatStamp(value.version)}${value.deleted ? ' deleted' : ''} ${sayAll(value.conflicts)}`;
}

function sayAll(versions: readonly Pick<FileVersion, 'version'>[]): string {
  return versions.map(({ version }) => formatStamp(version)).sort().join(' ');
}

function missingBytes(node: World['nodes'][number], name: string): string[] {
  const value = node.disk.register(name)?.value;
  if (value === undefined) return [];
  const versions = [...(value.deleted ? [] : [value]), ...value.conflicts];
  return versions
    .filter(({ version }) => node.disk.content(name, version) === undefined)
    .map(({ version }) => `${name}: ${node.name} lacks the bytes of ${formatStamp(version)}`);
}
