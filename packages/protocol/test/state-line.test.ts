import test from 'ava';
import { type CopiesBody, type RingBody, type RingNode, stateLine } from '../src/index.js';

const node = (number: number, facts: Partial<RingNode> = {}): RingNode => ({ nodeId: `n${number}`, address: `127.0.0.1:404${number}`, state: 'up', incarnation: 1, position: `a${number}`, capacity: 1, ...facts });
const ring = (nodes: readonly RingNode[], facts: Partial<RingBody> = {}): RingBody => ({
  ringId: 'r',
  self: nodes[0]!.nodeId,
  previous: '',
  next: '',
  nodes: [...nodes],
  epoch: 2,
  oldestEpoch: 2,
  members: nodes.map(({ nodeId }) => nodeId),
  whole: true,
  state: 'whole',
  settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
  version: '0.1.0',
  uptimeMs: 1,
  ...facts,
});
const five = [0, 1, 2, 3, 4].map((number) => node(number));
const fourOfFive = [...five.slice(0, 4), node(4, { state: 'down' })];
const files = (byCopies: Readonly<Record<string, number>>, wanted = 3): CopiesBody => ({ wanted, partial: false, byCopies, files: Object.values(byCopies).reduce((sum, count) => sum + count, 0) });

test('a whole ring says how many copies every file has', (t) => {
  t.deepEqual(stateLine(ring(five), files({ 3: 120 })), { text: '5 nodes, whole: every file has 3 copies' });
  t.is(stateLine(ring(five), files({ 3: 1 })).text, '5 nodes, whole: the one file has 3 copies');
  t.is(stateLine(ring(five), files({})).text, '5 nodes, whole: no files yet');
  t.is(stateLine(ring(five)).text, '5 nodes, whole');
});

test('a node alone says how to have more copies', (t) => {
  const { text, advice } = stateLine(ring([node(3)]), files({ 1: 2 }, 1));
  t.is(text, '1 node, alone: every file has one copy');
  t.is(advice, 'To have more copies, start another node with ring-node -i 127.0.0.1 -p 4043');
});

test('a degraded ring says who is down, what that costs, and what to do', (t) => {
  const degraded = ring(fourOfFive, { state: 'degraded' });
  const { text, advice } = stateLine(degraded, files({ 2: 12, 3: 100 }));
  t.is(text, 'degraded: 1 of 5 nodes is down; 12 files have 2 copies');
  t.is(advice, 'Start 127.0.0.1:4044 again. If it stays away, its copies are made elsewhere after 10 min; lost for ever: webclient forget ADDRESS');
  t.is(stateLine({ ...degraded, oldestEpoch: 1 }, files({ 2: 12, 3: 100 })).text, 'degraded: 1 of 5 nodes is down; 12 files have 2 copies, being copied');
});

test('the worst is said first', (t) => {
  t.is(stateLine(ring(fourOfFive, { state: 'degraded' }), files({ 1: 2, 2: 7, 3: 9 })).text, 'degraded: 1 of 5 nodes is down; 2 files have one copy, 7 have 2 copies');
});

test('a suspicion is not called a death', (t) => {
  const { text, advice } = stateLine(ring([...five.slice(0, 4), node(4, { suspected: true })], { state: 'degraded' }));
  t.is(text, 'degraded: 1 of 5 nodes does not answer just now');
  t.is(advice, '127.0.0.1:4044: looked at again before anything is decided');
});

test('a ring whose CHECK has yet to come home settles', (t) => {
  t.is(stateLine(ring(five, { state: 'degraded' })).text, '5 nodes, settling: a CHECK has yet to come home');
});

test('a split says who is here, whether writing goes on, and what to do', (t) => {
  const here = [node(0), node(1), node(2, { state: 'down' }), node(3, { state: 'down' }), node(4, { state: 'down' })];
  const { text, advice } = stateLine(ring(here, { state: 'split' }), files({ 1: 12 }));
  t.is(text, 'split: 2 of 5 here; writing goes on; 12 files have one copy');
  t.regex(advice!, /^Start 127\.0\.0\.1:4042, 127\.0\.0\.1:4043, 127\.0\.0\.1:4044 again, or mend the network between/);
  const strict = ring(here, { state: 'split', settings: { copies: 3, forgetAfterMs: 1, writes: 'strong', minCopies: 1 } });
  t.is(stateLine(strict).text, 'split: 2 of 5 here; writing is refused');
});

test('what not every node has told of is said to be so', (t) => {
  t.is(stateLine(ring(five), { ...files({ 3: 5 }), partial: true }).text, '5 nodes, whole: every file has 3 copies, as far as nodes have told');
});

test('who has left does not count', (t) => {
  t.is(stateLine(ring([...five, node(5, { state: 'left' })])).text, '5 nodes, whole');
});
