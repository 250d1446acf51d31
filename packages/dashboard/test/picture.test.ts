import test from 'ava';
import { emptyPicture, nodeOf, type Picture, present, shownState, withEvent, withSnapshot } from '../src/model/picture.js';
import { aNode, aRing, idOf, timed, type Told } from './a-ring.js';

const after = (picture: Picture, ...events: readonly Told[]) => events.reduce((so, event) => withEvent(so, timed(event)), picture);
const stateOf = (picture: Picture, number: number) => shownState(picture, nodeOf(picture.ring, idOf(number))!);
const five = withSnapshot(emptyPicture, aRing(5));

test('a suspicion shows until those who had it take it back', (t) => {
  const suspected = after(five, { type: 'suspect', at: idOf(1), nodeId: idOf(2), why: 'silent' }, { type: 'suspect', at: idOf(3), nodeId: idOf(2), why: 'silent' });
  t.is(stateOf(suspected, 2), 'suspected');
  const half = after(suspected, { type: 'reachable', at: idOf(1), nodeId: idOf(2) });
  t.is(stateOf(half, 2), 'suspected');
  t.is(stateOf(after(half, { type: 'reachable', at: idOf(3), nodeId: idOf(2) }), 2), 'up');
});

test('a death ends the suspicion', (t) => {
  const suspected = after(five, { type: 'suspect', at: idOf(1), nodeId: idOf(2), why: 'silent' });
  const dead = after(suspected, { type: 'member', at: idOf(1), nodeId: idOf(2), address: '', state: 'down', was: 'up', incarnation: 1 });
  t.is(stateOf(dead, 2), 'down');
  t.is(dead.suspectedBy.size, 0);
});

test('with a death nothing is said of copies until they are counted again', (t) => {
  const counted: Picture = { ...five, copies: { wanted: 3, files: 1, byCopies: { '3': 1 }, partial: false } };
  t.is(after(counted, { type: 'member', at: idOf(1), nodeId: idOf(2), address: '', state: 'down', was: 'up', incarnation: 1 }).copies, undefined);
  t.is(after(counted, { type: 'reachable', at: idOf(1), nodeId: idOf(2) }).copies, counted.copies);
});

test('what a node said before its last incarnation is not believed', (t) => {
  const ring = withSnapshot(emptyPicture, aRing(3, { nodes: [aNode(0), aNode(1, { incarnation: 5 }), aNode(2)] }));
  const late = after(ring, { type: 'member', at: idOf(2), nodeId: idOf(1), address: '', state: 'down', was: 'up', incarnation: 4 });
  t.is(stateOf(late, 1), 'up');
  const refuted = after(late, { type: 'member', at: idOf(2), nodeId: idOf(1), address: '', state: 'down', incarnation: 5 }, { type: 'member', at: idOf(2), nodeId: idOf(1), address: '', state: 'up', incarnation: 6 });
  t.is(stateOf(refuted, 1), 'up');
});

test('a snapshot keeps what others suspect, and takes what the asked node says of itself', (t) => {
  const told = after(five, { type: 'suspect', at: idOf(3), nodeId: idOf(2), why: 'silent' });
  const nodes = aRing(5).nodes.map((node) => (node.nodeId === idOf(4) ? { ...node, suspected: true } : node));
  const seen = withSnapshot(told, aRing(5, { nodes }));
  t.deepEqual([stateOf(seen, 2), stateOf(seen, 4)], ['suspected', 'suspected']);
  t.is(stateOf(withSnapshot(seen, aRing(5)), 4), 'up');
});

test('who has left is not in the picture', (t) => {
  const left = after(five, { type: 'member', at: idOf(0), nodeId: idOf(2), address: '', state: 'left', incarnation: 1 });
  t.deepEqual(present(left.ring).map(({ nodeId }) => nodeId), [0, 1, 3, 4].map(idOf));
});

test('a movement shows how far it is, until all has been taken over', (t) => {
  const movement = { epoch: 5, bucketsDone: 3, bucketsTotal: 10, bytesDone: 1, bytesLeft: 2, bytesPerSecond: 1 };
  const moving = after(five, { type: 'moving', at: idOf(1), movement, from: [] });
  t.deepEqual(nodeOf(moving.ring, idOf(1))!.movement, movement);
  t.is(nodeOf(after(moving, { type: 'moved', at: idOf(1), number: 5, buckets: 1, bytes: 3, tookMs: 10 }).ring, idOf(1))!.movement, undefined);
});

test('the load of a node brings its figures up to date', (t) => {
  const load = { type: 'load', at: idOf(1), requests: 4, puts: 1, gets: 3, deletes: 0, bytesIn: 0, bytesOut: 0, lagMs: 2, memoryBytes: 1, files: 77, bytes: 5, freeBytes: 6, leftOut: 0, version: '0.1.0', uptimeMs: 1 } as const;
  const loaded = after(five, load);
  t.is(nodeOf(loaded.ring, idOf(1))!.files, 77);
  t.is(loaded.loads.get(idOf(1))!.requests, 4);
});

test('of the ring as a whole the asked node has the word', (t) => {
  t.is(after(five, { type: 'health', at: idOf(3), health: 'split', was: 'whole' }).ring!.state, 'whole');
  t.is(after(five, { type: 'health', at: idOf(0), health: 'degraded', was: 'whole' }).ring!.state, 'degraded');
});
