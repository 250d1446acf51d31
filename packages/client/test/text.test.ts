import { bytesInWords, durationInWords, eventTypes } from '@coring/protocol';
import test from 'ava';
import { drawRing } from '../src/text/draw-ring.js';
import { EventTeller } from '../src/text/describe-event.js';
import { plain } from '../src/text/plain.js';
import { ringBody } from './a-fake-node.js';

test('bytes in words', (t) => {
  t.deepEqual([0, 999, 1000, 999_499, 999_500, 12_345_678, 5e12].map(bytesInWords), ['0 B', '999 B', '1.0 kB', '999 kB', '1.0 MB', '12.3 MB', '5.0 TB']);
});

test('durations in words', (t) => {
  t.deepEqual([4.2, 1500, 90_000, 600_000, 7_200_000, 172_800_000].map(durationInWords), ['4 ms', '1.5 s', '90 s', '10 min', '2 h', '2 days']);
});

test('texts from elsewhere do not steer the terminal', (t) => {
  t.is(plain('a\u001b]0;x\u0007b\r\nc\u009b2J'), 'a ]0;x b c 2J');
});

test('R21 the ring is drawn in its order, with who is down and what that means', (t) => {
  const ring = ringBody({ address: '10.0.0.1:4043', peers: ['10.0.0.2:4043', '10.0.0.3:4043'], ringId: 'ab'.repeat(16) });
  ring.nodes[1] = { ...ring.nodes[1]!, state: 'down' };
  ring.state = 'degraded';
  t.is(
    drawRing(ring, 1_700_000_002_000),
    `10.0.0.1:4043 --> 10.0.0.3:4043 --> 10.0.0.1:4043

   ADDRESS        STATE  NODE                              FILES    SIZE    FREE
*  10.0.0.1:4043  up     00000000000000000000000000000001      2  1.5 kB  5.0 GB
   10.0.0.2:4043  down   00000000000000000000000000000002      2  1.5 kB  5.0 GB
   10.0.0.3:4043  up     00000000000000000000000000000003      2  1.5 kB  5.0 GB

degraded: 1 node is down, a majority is up
ring abababababababababababababababab: 3 copies, writes weak, epoch 3 of 3 members
last CHECK: 3 hops in 4 ms, 2.0 s ago
`,
  );
});

test('R21 a node that takes over copies is shown with the time that it will take', (t) => {
  const movement = { epoch: 4, bucketsDone: 3055, bucketsTotal: 12_380, bytesDone: 24_852_000, bytesLeft: 75_210_506, bytesPerSecond: 1_303_249, secondsLeft: 58 };
  const words = 'takes over its copies of epoch 4: 24 % done, about 75.2 MB to come at 1.3 MB/s';
  const ring = ringBody({ address: '10.0.0.1:4043', peers: ['10.0.0.2:4043'], ringId: 'ab'.repeat(16) });
  ring.nodes[1] = { ...ring.nodes[1]!, movement };
  t.true(drawRing(ring, 0).includes(`\n10.0.0.2:4043 ${words}, 58 s left\n`));
  const { secondsLeft: _, ...begun } = movement;
  t.is(new EventTeller().tell({ at: '', type: 'moving', data: { movement: begun } }), `moving   ${words}`);
  t.is(new EventTeller().tell({ at: '', type: 'moved', data: { number: 4, buckets: 12_380, bytes: 1_000_000, tookMs: 22_200 } }), 'moved    1.0 MB in 22 s: has all copies of epoch 4');
});

test('R21 events name nodes by the addresses that they were seen with', (t) => {
  const teller = new EventTeller();
  const at = '10.0.0.1:4043';
  teller.tell({ at, type: 'ring', data: { order: [{ nodeId: 'aaaa', address: '10.0.0.1:1' }, { nodeId: 'bbbb', address: '10.0.0.2:2' }] } });
  t.is(teller.tell({ at, type: 'suspect', data: { nodeId: 'bbbb', why: 'no answer' } }), 'suspect  10.0.0.2:2: no answer');
  t.is(teller.tell({ at, type: 'check', data: { check: { hop: 2, origin: 'aaaa' }, from: 'aaaa', to: 'cccccccccc' } }), 'CHECK    hop 2 from 10.0.0.1:1 to cccccccc, begun at 10.0.0.1:1');
  t.is(teller.tell({ at, type: 'heal', data: { nodeId: 'bbbb' } }), 'met      10.0.0.2:2 is back');
  t.is(teller.tell({ at, type: 'merged', data: { name: 'x', conflicts: 2, added: [{}] } }), 'merged   x, 1 put beside it');
  t.is(teller.tell({ at, type: 'merged', data: { name: 'x', conflicts: 2, added: [] } }), 'merged   x, nothing was lost');
  t.is(teller.tell({ at, type: 'brand-new', data: { x: 1 } }), 'brand-new {"x":1}');
});

test('R21 every event that a node tells is said in words', (t) => {
  const teller = new EventTeller();
  const inWords = (type: string): string => teller.tell({ at: '10.0.0.1:4043', type, data: { movement: { epoch: 1, bucketsDone: 1, bucketsTotal: 2, bytesDone: 0, bytesLeft: 0, bytesPerSecond: 0 } } });
  t.deepEqual(eventTypes.filter((type) => inWords(type).includes('{')), []);
  t.true(inWords('of-a-later-release').includes('{'));
  t.is(teller.tell({ at: '10.0.0.1:4043', type: 'got', data: { name: 'x', grade: 'strong', hops: 1, from: 'cccccccccc' } }), 'got      x, strong, 1 hops, from cccccccc');
});
