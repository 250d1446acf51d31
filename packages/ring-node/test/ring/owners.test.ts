import test from 'ava';
import { preference } from '@coring/protocol';
import { learnEpochs } from '../../src/ring/placement/learn.js';
import { copiesWanted, epochsInForce, newestEpoch, ownersOf, ownersOfBucket, votersOf } from '../../src/ring/placement/owners.js';
import { HandMadeRing, nodeIdOf } from './a-hand-made-ring.js';

test('every node computes the same owners of a name', (t) => {
  const { nodes } = new HandMadeRing(7);
  for (const name of names(50)) {
    const owners = nodes.map(({ ring }) => ownersOf(newestEpoch(ring)!, name).join());
    t.is(new Set(owners).size, 1);
    t.is(owners[0]!.split(',').length, 3);
  }
});

test('the copies wanted are bounded by the members, and with all every member is an owner, but at most five vote', (t) => {
  for (const [count, copies, owners, voters] of [
    [2, 3, 2, 2],
    [7, 2, 2, 2],
    [7, 0, 7, 5],
    [9, 6, 6, 5],
  ] as const) {
    const { ring } = new HandMadeRing(count, { settings: { copies } }).nodes[0]!;
    const epoch = newestEpoch(ring)!;
    t.is(copiesWanted(epoch), owners);
    t.is(ownersOf(epoch, 'a').length, owners);
    t.is(votersOf(epoch, 'a').length, voters);
    t.deepEqual(ownersOf(epoch, 'a').slice(0, voters), votersOf(epoch, 'a'));
  }
});

test('a node that joins moves only what it becomes an owner of', (t) => {
  const hand = new HandMadeRing(8, { members: [0, 1, 2, 3, 4, 5, 6] });
  const { ring } = hand.nodes[0]!;
  const older = newestEpoch(ring)!;
  const newer = { ...older, number: 2, members: [...older.members, { nodeId: nodeIdOf(7), capacity: 1 }] };
  hand.act(0, (state, turn) => learnEpochs(state, turn, [newer], 1, 0));
  for (let bucket = 0; bucket < 200; bucket++) {
    const before = ownersOfBucket(older, bucket);
    const after = ownersOfBucket(newer, bucket);
    t.deepEqual(after.filter((owner) => owner !== nodeIdOf(7)), before.slice(0, after.includes(nodeIdOf(7)) ? 2 : 3));
  }
  t.deepEqual(epochsInForce(ring), [older, newer]);
});

test('the first members for a bucket are the beginning of the order of all, with zones and without', (t) => {
  for (const zones of [0, 3]) {
    const members = Array.from({ length: 30 }, (_, index) => ({ nodeId: nodeIdOf(index), capacity: 1 + (index % 3), ...(zones === 0 ? {} : { zone: String(index % zones) }) }));
    for (let bucket = 0; bucket < 50; bucket++) for (const count of [1, 3, 16, 17, 30, 99]) t.deepEqual(preference(bucket, members, count), preference(bucket, members).slice(0, count));
  }
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `folder/file-${index}`);
}
