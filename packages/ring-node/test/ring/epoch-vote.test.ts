import test from 'ava';
import type { Epoch } from '@coring/protocol';
import { randomFrom } from '../../src/ring/random.js';
import type { Mutation } from '../../src/ring/mutations.js';
import { startVote } from '../../src/ring/placement/vote.js';
import { HandMadeRing, nodeIdOf, type Sent } from './a-hand-made-ring.js';

test('R06 two proposers of different sets at the same time end in one epoch', (t) => {
  const ring = new HandMadeRing(5);
  propose(ring, 0, [0, 1, 2, 3]);
  propose(ring, 3, [1, 2, 3, 4]);
  // Both laps go on in turn, hop by hop.
  for (let turns = 0; turns < 40; turns++) {
    ring.deliverOne(({ message }) => message.type === 'CHECK' && message.origin === nodeIdOf(turns % 2 === 0 ? 0 : 3));
    ring.pass(0, ({ message }) => message.type === 'ACK');
  }
  ring.pass(10_000);
  if (decided(ring).size === 0) propose(ring, 1, [0, 1]);
  ring.pass(10_000);
  t.is(decided(ring).size, 1);
  for (const { ring: state } of ring.nodes) t.is(state.placement.newest, 2);
});

test('R06 what a majority accepted before its proposer crashed is what the next proposer brings home', (t) => {
  const ring = new HandMadeRing(5);
  propose(ring, 0, [0, 1, 2, 3]);
  ring.pass(0, untilAccept);
  // Lap two reaches nodes 1 and 2: with the proposer they are a majority of five.
  deliverChecks(ring, 2);
  ring.crash(0);
  ring.onTheWay.length = 0;
  propose(ring, 3, [1, 2, 3, 4]);
  ring.pass(5_000);
  t.deepEqual(membersOf(ring, 3), [0, 1, 2, 3]);
});

test('R06 what only the crashed proposer itself had accepted does not bind the others', (t) => {
  const ring = new HandMadeRing(5);
  propose(ring, 0, [0, 1, 2, 3]);
  ring.pass(0, untilAccept);
  ring.crash(0);
  ring.onTheWay.length = 0;
  propose(ring, 3, [1, 2, 3, 4]);
  ring.pass(5_000);
  t.deepEqual(membersOf(ring, 3), [1, 2, 3, 4]);
  // It comes back, hears of the epoch from a lap, and gives up its own.
  ring.restart(0);
  propose(ring, 0, [0, 1]);
  ring.pass(5_000);
  t.is(decided(ring).size, 1);
});

test('R06 a node that restarts keeps what it promised', (t) => {
  const ring = new HandMadeRing(3);
  propose(ring, 0, [0, 1]);
  const lower = ring.onTheWay.splice(0);
  ring.nowMs += 10;
  propose(ring, 2, [1, 2]);
  ring.pass(0, untilAccept);
  ring.crash(1);
  ring.restart(1);
  t.is(ring.nodes[1]!.ring.placement.acceptor?.promised?.node, nodeIdOf(2));
  ring.onTheWay.splice(0, ring.onTheWay.length, ...lower);
  ring.deliverOne();
  const passedOn = ring.onTheWay.find(({ message }) => message.type === 'CHECK');
  t.deepEqual(passedOn?.message.type === 'CHECK' ? passedOn.message.vote?.ayes : undefined, [nodeIdOf(0)]);
});

test('R06 an aye is on disk before the CHECK that carries it leaves', (t) => {
  const ring = new HandMadeRing(3);
  propose(ring, 0, [0, 1]);
  t.is(ring.nodes[0]!.disk.vote?.promised?.node, nodeIdOf(0));
  ring.deliverOne();
  t.is(ring.nodes[1]!.disk.vote?.promised?.node, nodeIdOf(0));
});

test('R06 a minority decides nothing', (t) => {
  const ring = new HandMadeRing(5);
  for (const index of [2, 3, 4]) ring.crash(index);
  propose(ring, 0, [0, 1]);
  ring.pass(30_000);
  t.is(decided(ring).size, 0);
});

test('R06 the operator forgets a burnt node: the survivor of two decides alone', (t) => {
  const ring = new HandMadeRing(2);
  ring.crash(1);
  ring.tellAll(1, { state: 'down' });
  propose(ring, 0, [0]);
  ring.pass(5_000);
  t.is(decided(ring).size, 0);
  ring.tellAll(1, { state: 'left', forgotten: true });
  propose(ring, 0, [0]);
  ring.pass(5_000);
  t.deepEqual(membersOf(ring, 0), [0]);
});

test('R06 in arcs the ayes of all arcs count together', (t) => {
  const ring = new HandMadeRing(150);
  propose(ring, 0, [0, 1, 2]);
  ring.pass(2_000);
  t.is(decided(ring).size, 1);
  t.true(ring.nodes.every(({ ring: state }) => state.placement.newest === 2));
});

test('R06 random losses, delays, crashes and restarts never let two epochs have one number', (t) => {
  let undecided = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const epochs = race(seed);
    t.true(epochs <= 1, `seed ${seed} decided ${epochs} epochs`);
    if (epochs === 0) undecided++;
  }
  t.true(undecided < 150, `${undecided} of 300 decided nothing`);
});

test('R06 under the same faults a chain of epochs is decided in which each number stands for one', (t) => {
  let longest = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const epochs = chainOf(seed);
    for (const [number, texts] of epochs) t.is(texts.size, 1, `seed ${seed} decided epoch ${number} more than once`);
    longest = Math.max(longest, ...epochs.keys());
  }
  t.true(longest >= 5);
});

test('R06 what a majority of three decided stays decided when its proposer dies and the other acceptor restarts', (t) => {
  t.is(decidedAroundARestart().size, 1);
});

for (const mutation of ['higher-ballot-wins-epoch', 'vote-without-save'] as const) {
  test(`R06 with a rule switched off the same schedule decides twice: ${mutation}`, (t) => {
    t.is(decidedAroundARestart(mutation).size, 2);
  });
}

/** Nodes 0 and 1 accept the set of node 0, which dies before it can tell; node 1 restarts; node 2 proposes another set. */
function decidedAroundARestart(...mutations: Mutation[]): Set<string> {
  const ring = new HandMadeRing(3, { mutations });
  propose(ring, 0, [0, 1]);
  ring.pass(0, untilAccept);
  // Node 1 accepts, cannot reach node 2, and sends the CHECK home.
  ring.pass(3_000, ({ message, to }) => message.type !== 'CHECK' || to === 1);
  ring.deliverOne(({ message, to }) => message.type === 'CHECK' && to === 0);
  ring.crash(0);
  ring.crash(1);
  ring.onTheWay.length = 0;
  ring.restart(1);
  propose(ring, 2, [1, 2]);
  ring.pass(5_000);
  return decided(ring);
}

/** Proposers of different sets among three or five nodes, under faults; returns how many different epochs 2 there are in the end. */
function race(seed: number): number {
  const random = randomFrom(seed);
  const count = seed % 2 === 0 ? 3 : 5;
  const ring = new HandMadeRing(count);
  const pick = (below: number): number => Math.floor(random() * below);
  for (let deed = 0; deed < 120; deed++) {
    const chance = random();
    if (chance < 0.06) propose(ring, pick(count), [pick(count), count]);
    else if (chance < 0.08) ring.onTheWay.splice(pick(ring.onTheWay.length), 1);
    else if (chance < 0.13) ring.crash(pick(count));
    else if (chance < 0.2) ring.restart(pick(count));
    else if (chance < 0.3) ring.pass(300, () => random() < 0.5);
    else ring.deliverOne((sent) => random() < 0.4 || sent === ring.onTheWay.at(-1));
  }
  for (const index of ring.nodes.keys()) ring.restart(index);
  propose(ring, count - 1, [count - 1]);
  ring.pass(3_000);
  return decided(ring).size;
}

/** Proposers of different sets, whoever feels like it, one epoch after the other; returns what was ever taken for each number. */
function chainOf(seed: number): Map<number, Set<string>> {
  const random = randomFrom(seed);
  const ring = new HandMadeRing(5);
  const pick = (below: number): number => Math.floor(random() * below);
  const someSet = (): number[] => [0, 1, 2, 3, 4].filter(() => random() < 0.7);
  for (let deed = 0; deed < 400; deed++) {
    const [chance, index] = [random(), pick(5)];
    if (chance < 0.06) propose(ring, index, [index, ...someSet().filter((other) => other !== index)]);
    else if (chance < 0.08) ring.onTheWay.splice(pick(ring.onTheWay.length), 1);
    else if (chance < 0.1) ring.crash(index);
    else if (chance < 0.16 && !ring.nodes[index]!.isUp) ring.restart(index);
    else if (chance < 0.3) ring.pass(300, () => random() < 0.5);
    else ring.deliverOne((sent) => random() < 0.4 || sent === ring.onTheWay.at(-1));
  }
  const epochs = new Map<number, Set<string>>();
  for (const { events } of ring.nodes) {
    for (const event of events) if (event.type === 'epoch') epochs.set(event.number, (epochs.get(event.number) ?? new Set()).add(event.members.join()));
  }
  return epochs;
}

/** Has a node ask for these members in the epoch after the newest it knows. */
function propose(ring: HandMadeRing, index: number, members: readonly number[]): void {
  ring.act(index, (state, turn) => {
    const newest = state.placement.epochs.at(-1)!;
    const proposal = { ...newest, number: newest.number + 1, members: members.map((each) => ({ nodeId: nodeIdOf(each), capacity: 1 })) };
    // A steward is a member.
    if (newest.members.some(({ nodeId }) => nodeId === nodeIdOf(index))) startVote(state, turn, proposal);
  });
  ring.pass(0, () => false);
}

/** Everything that any node ever took for epoch 2, as text. */
function decided(ring: HandMadeRing): Set<string> {
  const epochs = ring.nodes.flatMap(({ events }) => events.flatMap((event) => (event.type === 'epoch' && event.number === 2 ? [event.members.join()] : [])));
  return new Set(epochs);
}

function membersOf(ring: HandMadeRing, index: number): number[] | undefined {
  const epoch = ring.nodes[index]!.ring.placement.epochs.find(({ number }: Epoch) => number === 2);
  return epoch?.members.map(({ nodeId }) => Number.parseInt(nodeId, 16) - 1);
}

function untilAccept({ message }: Sent): boolean {
  return message.type !== 'CHECK' || message.vote?.phase !== 'accept';
}

function deliverChecks(ring: HandMadeRing, count: number): void {
  for (let left = count; left > 0; left--) ring.deliverOne(({ message }) => message.type === 'CHECK');
}
