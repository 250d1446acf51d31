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
    drawRing(ring, { wanted: 3, files: 7, byCopies: { 2: 6, 1: 1 }, partial: false }, 1_700_000_002_000),
    `degraded: 1 of 3 nodes is down; 1 file has one copy, 6 have 2 copies
Start 10.0.0.2:4043 again. If it stays away, its copies are made elsewhere after 10 min; lost for ever: webclient forget ADDRESS

10.0.0.1:4043 --> 10.0.0.3:4043 --> 10.0.0.1:4043
seen from 10.0.0.1:4043, between 10.0.0.3:4043 and 10.0.0.2:4043

   ADDRESS        STATE  NODE                              FILES    SIZE    FREE
*  10.0.0.1:4043  up     00000000000000000000000000000001      2  1.5 kB  5.0 GB
   10.0.0.2:4043  down   00000000000000000000000000000002      2  1.5 kB  5.0 GB
   10.0.0.3:4043  up     00000000000000000000000000000003      2  1.5 kB  5.0 GB

copies: 6 files have 2, 1 has 1
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
  t.true(drawRing(ring, undefined, 0).includes(`\n10.0.0.2:4043 ${words}, 58 s left\n`));
  const { secondsLeft: _, ...begun } = movement;
  t.is(told(new EventTeller(), 'moving', { at: 'aaaa', movement: begun }), `moving   aaaa ${words}`);
});

/** What is said of an event of node `aaaa`, if anything. */
function told(teller: EventTeller, type: string, data: Record<string, unknown>): string | undefined {
  return teller.tell({ at: '10.0.0.1:1', type, data: { at: 'aaaa', timeMs: 0, ...data } })?.text;
}

test('R21 what happens is said once, however many nodes tell it, by the addresses that they were seen with', (t) => {
  const teller = new EventTeller();
  told(teller, 'ring', { order: [{ nodeId: 'aaaa', address: '10.0.0.1:1' }, { nodeId: 'bbbb', address: '10.0.0.2:2' }] });
  t.is(told(teller, 'suspect', { nodeId: 'bbbb', why: 'no answer' }), '10.0.0.2:2 does not answer: no answer');
  t.is(told(teller, 'suspect', { nodeId: 'bbbb', why: 'no answer', at: 'cccc' }), undefined);
  const down = { nodeId: 'bbbb', address: '10.0.0.2:2', state: 'down', was: 'up', incarnation: 1 };
  t.is(told(teller, 'member', down), '10.0.0.2:2 is down: the ring closes up without it');
  for (const at of ['cccc', 'dddd']) t.is(told(teller, 'member', { ...down, at }), undefined);
  const put = { version: '1', size: 5, grade: 'strong', nodes: [] };
  t.is(told(teller, 'put', { ...put, name: 'x' }), 'x put at 10.0.0.1:1, 5 B');
  t.is(told(teller, 'put', { ...put, name: 'y' }), 'y put at 10.0.0.1:1, 5 B');
});

test('R21 hops say from where and to where', (t) => {
  const teller = new EventTeller();
  teller.know('aaaa', '10.0.0.1:1');
  t.is(told(teller, 'check', { check: { hop: 2, origin: 'aaaa' }, from: 'aaaa', to: 'cccccccccc' }), 'CHECK    hop 2 from 10.0.0.1:1 to cccccccc, begun at 10.0.0.1:1');
  t.is(told(teller, 'forward', { forward: { op: 'PUT', name: 'x', hop: 1 }, from: 'bbbb' }), 'FORWARD  PUT x hop 1 from bbbb to 10.0.0.1:1');
  t.is(told(teller, 'got', { name: 'x', grade: 'strong', hops: 1, from: 'cccccccccc' }), 'got      x at 10.0.0.1:1, strong, 1 hops, from cccccccc');
});

test('R21 what a node of another release says is shown as it came, or not at all, and nothing ends the watching', (t) => {
  const movement = { epoch: 1, bucketsDone: 1, bucketsTotal: 2, bytesDone: 0, bytesLeft: 0, bytesPerSecond: 0 };
  for (const type of [...eventTypes, 'of-a-later-release']) t.notThrows(() => told(new EventTeller(), type, { movement }), type);
  t.true(told(new EventTeller(), 'epoch', { number: 1 })?.includes('{'));
});
