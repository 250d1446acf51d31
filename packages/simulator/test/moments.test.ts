import test from 'ava';
import type { Blow } from '../src/deeds.js';
import { gradeOf } from '../src/history.js';
import { Omissions } from '../src/omissions.js';
import { perform } from '../src/perform.js';
import { Stage } from '../src/schedules/stage.js';

const links = ['ab', 'ba', 'ac', 'ca', 'bc', 'cb'];

for (const [whose, ends, omitted] of [
  ['that one node sends', { from: 'a' }, ['ab', 'ac']],
  ['that one node is sent', { to: 'a' }, ['ba', 'ca']],
  ['of one link', { from: 'a', to: 'b' }, ['ab']],
  ['of all links', {}, links],
] as const) {
  test(`messages of a type ${whose} are omitted`, (t) => {
    const omissions = new Omissions();
    omissions.begin({ type: 'ACCEPT', ...ends });
    t.deepEqual(links.filter(([from, to]) => omissions.omits('ACCEPT', from!, to!)), omitted);
    t.deepEqual(links.filter(([from, to]) => omissions.omits('ACCEPTED', from!, to!)), []);
  });
}

test('while nothing can be accepted elsewhere an upload is not strong, and is when it can', (t) => {
  const stage = new Stage(3);
  const { world, workload, name } = stage;
  const [writer] = stage.roles().voters;
  perform(world, { do: 'omit', type: 'ACCEPT', forMs: 5_000 });
  const upload = stage.answered(workload.put(writer!, name));
  t.is(gradeOf(upload.answer), 'weak');
  t.true((world.counts.get('messages omitted') ?? 0) > 0);
  stage.pass(5_000);
  t.like(stage.answered(workload.put(writer!, name)).answer, { type: 'stored', receipt: { grade: 'strong' } });
  t.deepEqual(stage.end(), []);
});

test('omissions and ambushes end with all faults', (t) => {
  const stage = new Stage(3);
  perform(stage.world, { do: 'omit', type: 'QUERY', forMs: 3_600_000 });
  perform(stage.world, { do: 'ambush', type: 'REAP', as: 'sender', passing: 0, afterMs: 0, blow: { do: 'crash', startAfterMs: 3_600_000 } });
  t.deepEqual(stage.end(), []);
  t.false(stage.world.network.omissions.omits('QUERY', 'n0', 'n1'));
  stage.world.ambushes.met('sender', 'REAP', stage.node(0));
  stage.pass(10);
  t.true(stage.node(0).isRunning);
});

for (const [blow, isStruck] of [
  [{ do: 'crash', startAfterMs: 2_000 }, (stage, i) => !stage.node(i).isRunning],
  [{ do: 'pause', forMs: 2_000 }, (stage, i) => stage.node(i).isPaused],
  [{ do: 'split', healAfterMs: 2_000 }, (stage, i) => !stage.world.network.isOpen(`n${i}`, `n${(i + 1) % 3}`)],
] as const satisfies readonly (readonly [Blow, (stage: Stage, i: number) => boolean])[]) {
  for (const as of ['sender', 'receiver'] as const) {
    test(`an ambush meets the ${as} of a message: ${blow.do}`, (t) => {
      const stage = new Stage(3);
      const { world, workload, name } = stage;
      const writer = world.nodes.indexOf(stage.roles().voters[0]!);
      const struck = (): number[] => [0, 1, 2].filter((i) => isStruck(stage, i));
      perform(world, { do: 'ambush', type: 'ACCEPT', as, passing: 1, afterMs: 0, blow });
      stage.pass(1_000);
      t.deepEqual(struck(), []);
      workload.put(stage.node(writer), name);
      stage.until('the blow', () => (world.counts.get('ambushes met') ?? 0) > 0);
      t.is(struck().includes(writer), as === 'sender' || blow.do === 'split', `${struck().join()} of ${writer}`);
      t.true(struck().length > 0);
      stage.pass(3_000);
      t.deepEqual(struck(), []);
      t.is(world.counts.get('ambushes met'), 1);
      t.deepEqual(stage.end(), []);
    });
  }
}
