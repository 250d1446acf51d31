import test from 'ava';
import type { Check } from '@coring/protocol';
import { checkAtRest } from '../src/checkers/at-rest.js';
import { checkConvergence } from '../src/checkers/convergence.js';
import { watchCopies } from '../src/checkers/copies-while-moving.js';
import { checkDurability } from '../src/checkers/durability.js';
import { watchEpochs } from '../src/checkers/epochs-agree.js';
import { checkEverythingEnds, watchCircles } from '../src/checkers/everything-ends.js';
import { watchInvariants } from '../src/checkers/invariants.js';
import { checkLinearizability } from '../src/checkers/linearizability.js';
import { checkListing } from '../src/checkers/listing.js';
import { checkOneRing } from '../src/checkers/one-ring.js';
import { Patience } from '../src/patience.js';
import { Stage } from '../src/schedules/stage.js';

/** A run without a fault; each test then spoils what one checker looks at. */
function aGoodRun(): Stage {
  const stage = new Stage(3);
  stage.answered(stage.workload.put(stage.node(0), stage.name));
  stage.answered(stage.workload.read(stage.node(1), stage.name));
  return stage;
}

test('a good run passes every checker', (t) => {
  const stage = aGoodRun();
  t.deepEqual(stage.end(), []);
  t.is(stage.world.history.operations[0]?.answer?.type, 'stored');
});

test('durability: an acknowledged upload that no owner has any more is noticed', (t) => {
  const stage = aGoodRun();
  stage.end();
  for (const { disk } of stage.world.nodes) disk.save([{ do: 'delete', space: 'register', key: stage.name }]);
  t.regex(checkDurability(stage.world).join(), /is lost/);
});

test('convergence: owners that differ, missing bytes and branches left over are noticed', (t) => {
  const stage = aGoodRun();
  stage.end();
  const { disk } = stage.node(0);
  const register = disk.register(stage.name)!;
  const value = register.value!;
  disk.save([{ do: 'drop', name: stage.name, version: value.version }]);
  t.regex(checkConvergence(stage.world).join(), /lacks the bytes/);
  disk.save([{ do: 'put', space: 'register', key: stage.name, value: { ...register, value: { ...value, deleted: true }, branches: [value] } }]);
  t.regex(checkConvergence(stage.world).join(), /owners differ.*has branches left/);
});

test('linearizability: a strong read of something else is noticed', (t) => {
  const stage = aGoodRun();
  const read = stage.world.history.operations[1]!;
  if (read.answer?.type === 'found') read.answer = { type: 'absent', receipt: read.answer.receipt };
  t.regex(checkLinearizability(stage.world).join(), /no order explains/);
});

test('listing: a name that is missing, listed twice or unknown is noticed', (t) => {
  const stage = aGoodRun();
  const list = stage.answered(stage.workload.list(stage.node(2)));
  t.deepEqual(checkListing(stage.world), []);
  if (list.answer?.type !== 'listed') return t.fail();
  const { files } = list.answer;
  list.answer = { ...list.answer, files: [] };
  t.regex(checkListing(stage.world).join(), /did not list/);
  list.answer = { ...list.answer, files: [...files, ...files, { ...files[0]!, name: 'other' }] };
  t.regex(checkListing(stage.world).join(), /twice.*nobody had put/);
});

test('one ring: a node that another holds down is noticed, and so is a next that is not the next', (t) => {
  const stage = aGoodRun();
  stage.end();
  const { roster } = stage.node(0).ring!.membership;
  const other = stage.node(1).nodeId;
  roster.set(other, { ...roster.get(other)!, state: 'down' });
  t.regex(checkOneRing(stage.world).join(), /rosters differ/);
});

test('at rest: a node that cannot list, or gives no sure answer about a name, is noticed', (t) => {
  const stage = aGoodRun();
  stage.end();
  t.deepEqual(checkAtRest(stage.world), []);
  const { operations } = stage.world.history;
  const list = operations.findLast(({ request }) => request.op === 'list')!;
  const read = operations.findLast(({ request }) => request.op === 'get')!;
  if (list.answer?.type === 'listed') list.answer = { ...list.answer, partial: true };
  if (read.answer?.type === 'found') read.answer = { ...read.answer, receipt: { ...read.answer.receipt, grade: 'weak' } };
  t.regex(checkAtRest(stage.world).join(), /cannot read a.txt.*cannot list/);
});

test('one ring: what is not so in time is noticed, and in time again after each thing that happens', (t) => {
  const stage = aGoodRun();
  const { world } = stage;
  const patience = new Patience(world);
  stage.split([0, 1], [2]);
  stage.pass(9_000);
  patience.look(false);
  stage.node(1).crash();
  stage.pass(2_000);
  patience.look(false);
  stage.pass(9_900);
  patience.look(false);
  t.deepEqual(world.violations, []);
  stage.pass(200);
  patience.look(false);
  t.regex(world.violations.join(), /one-ring: 10 s after all was calm: rosters differ/);
});

test('one ring: a node at another address than the ring holds is noticed, and one of another capacity', (t) => {
  const stage = aGoodRun();
  stage.end();
  stage.node(1).capacity = 4;
  t.regex(checkOneRing(stage.world).join(), /gives n1 the capacity 1, not 4/);
  stage.node(1).address = 'elsewhere.example:4043';
  t.regex(checkOneRing(stage.world).join(), /n0 looks for n1 at n1.example:4043, not at elsewhere.example:4043/);
});

test('everything ends: a request that stays unanswered is noticed', (t) => {
  const stage = aGoodRun();
  const read = stage.world.history.operations[1]!;
  delete read.endedMs;
  stage.pass(10_000);
  t.regex(checkEverythingEnds(stage.world).join(), /has not answered/);
});

test('everything ends: what is still done for a client that has gone is noticed', (t) => {
  const stage = aGoodRun();
  stage.end();
  t.deepEqual(checkEverythingEnds(stage.world), []);
  stage.node(1).ring!.files.readers.add('r1');
  t.deepEqual(checkEverythingEnds(stage.world), ['n1 still works for 1 clients that were answered, or have gone']);
});

test('everything ends: a CHECK beyond its hop limit is noticed', (t) => {
  const { world } = aGoodRun();
  const check = { type: 'CHECK', lap: 'x.1', hop: 20, hopsMax: 11, deadlineMs: 100 } as Partial<Check> as Check;
  watchCircles(world).sending!(world.nodes[0]!, check);
  t.regex(world.violations.join(), /hop 20 of at most 11/);
});

test('epochs agree: two epochs of one number are noticed', (t) => {
  const { world } = aGoodRun();
  const watcher = watchEpochs(world);
  const [first, second] = world.nodes;
  watcher.stepped!(first!);
  const { placement } = second!.ring!;
  const newest = placement.epochs.pop()!;
  placement.epochs.push({ ...newest, members: newest.members.slice(1) });
  watcher.stepped!(second!);
  t.regex(world.violations.join(), /epochs-agree/);
});

test('invariants: an incarnation that goes back is noticed', (t) => {
  const { world } = aGoodRun();
  const watcher = watchInvariants(world);
  const [node] = world.nodes;
  for (let i = 0; i < 100; i++) watcher.stepped!(node!);
  node!.ring!.self.incarnation--;
  for (let i = 0; i < 100; i++) watcher.stepped!(node!);
  t.regex(world.violations.join(), /went back/);
});

test('copies while moving: who lets go of a file that fewer than enough others have is noticed', (t) => {
  const { world, name } = aGoodRun();
  watchCopies(world).saving!(world.nodes[0]!, [{ do: 'delete', space: 'register', key: name }]);
  t.regex(world.violations.join(), /copies-while-moving: n0 lets go of a.txt, of which only n1, n2 has a copy: 3 are wanted/);
});
