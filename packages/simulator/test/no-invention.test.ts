import test from 'ava';
import type { FileVersion } from '@coring/protocol';
import type { Register } from '@coring/ring-node/ring';
import { checkNoInvention } from '../src/checkers/no-invention.js';
import { Stage } from '../src/schedules/stage.js';

const INVENTED = 'f'.repeat(64);

/** A run without a fault that leaves a file with a conflict copy beside it; each test then spoils what the checker looks at. */
function aRunWithConflictCopy(): Stage {
  const stage = new Stage(3);
  const { workload, name } = stage;
  stage.split([0, 1], [2]);
  for (const index of [0, 2]) stage.answered(workload.put(stage.node(index), name));
  stage.heal();
  stage.until('one file of both', () => [0, 1, 2].every((index) => stage.node(index).disk.register(name)?.value?.conflicts.length === 1));
  stage.answered(workload.read(stage.node(1), name));
  stage.answered(workload.list(stage.node(1)));
  return stage;
}

/** Does something to what answers of this type told last of the file. */
function retell(stage: Stage, type: 'found' | 'listed', spoil: (value: FileVersion) => Partial<FileVersion>): void {
  const operation = stage.world.history.operations.findLast(({ answer }) => answer?.type === type)!;
  const { answer } = operation;
  if (answer?.type === 'found') operation.answer = { ...answer, value: spoilt(answer.value as FileVersion) };
  if (answer?.type === 'listed') operation.answer = { ...answer, files: answer.files.map((file) => ({ ...file, value: spoilt(file.value as FileVersion) })) };

  function spoilt(value: FileVersion): FileVersion {
    return { ...value, ...spoil(value) };
  }
}

/** Does something to what a node keeps of the file. */
function rewrite({ world, name }: Stage, spoil: (register: Register & { value: FileVersion }) => Partial<Register>): void {
  const { disk } = world.nodes[0]!;
  const register = disk.register(name) as Register & { value: FileVersion };
  disk.save([{ do: 'put', space: 'register', key: name, value: { ...register, ...spoil(register) } }]);
}

function otherCopies({ conflicts }: FileVersion, change: { digest?: string; size?: number }): Pick<FileVersion, 'conflicts'> {
  return { conflicts: conflicts.map((one) => ({ ...one, ...change })) };
}

test('what was put is no invention, current or as a conflict copy, in answers, lists and on disks', (t) => {
  const stage = aRunWithConflictCopy();
  t.deepEqual(checkNoInvention(stage.world), []);
  t.deepEqual(stage.end(), []);
  t.deepEqual(checkNoInvention(stage.world), []);
});

const spoilers: Record<string, readonly [spoil: (stage: Stage) => void, RegExp]> = {
  'a content told with an answer': [(stage) => retell(stage, 'found', () => ({ digest: INVENTED })), /n1 answered get, a.txt: a content that nobody had put/],
  'a size told with an answer': [(stage) => retell(stage, 'found', () => ({ size: 99 })), /n1 answered get, a.txt: a content that nobody had put: .*, 99 bytes/],
  'a conflict copy told with an answer': [(stage) => retell(stage, 'found', (value) => otherCopies(value, { digest: INVENTED })), /n1 answered get, a.txt: a conflict copy that nobody had put/],
  'a content told in a list': [(stage) => retell(stage, 'listed', () => ({ digest: INVENTED })), /n1 answered list, a.txt: a content that nobody had put/],
  'a size of a conflict copy told in a list': [(stage) => retell(stage, 'listed', (value) => otherCopies(value, { size: 99 })), /n1 answered list, a.txt: a conflict copy that nobody had put/],
  'a deletion told in a list': [(stage) => retell(stage, 'listed', () => ({ deleted: true })), /n1 answered list, a.txt: a deletion that nobody had asked for/],
  'a content in a register': [(stage) => rewrite(stage, ({ value }) => ({ value: { ...value, digest: INVENTED } })), /n0 keeps, a.txt: a content that nobody had put/],
  'a size in a register': [(stage) => rewrite(stage, ({ value }) => ({ value: { ...value, size: 99 } })), /n0 keeps, a.txt: a content that nobody had put/],
  'a conflict copy in a register': [(stage) => rewrite(stage, ({ value }) => ({ value: { ...value, ...otherCopies(value, { size: 99 }) } })), /n0 keeps, a.txt: a conflict copy that nobody had put/],
  'a branch in a register': [(stage) => rewrite(stage, ({ value }) => ({ branches: [{ ...value, digest: INVENTED }] })), /n0 keeps, a.txt: a content that nobody had put/],
  'a deletion in a register': [(stage) => rewrite(stage, ({ value }) => ({ value: { ...value, deleted: true } })), /n0 keeps, a.txt: a deletion that nobody had asked for/],
  'bytes on a disk': [
    ({ world, name }) => {
      const { disk } = world.nodes[0]!;
      const [version] = disk.versionsOf(name);
      disk.staged.set('invented', { digest: INVENTED, size: 1 });
      disk.save([{ do: 'keep', name, version: version!, token: 'invented' }]);
    },
    /n0 keeps, a.txt: a content that nobody had put/,
  ],
  'a content put only afterwards': [
    (stage) => {
      const { request } = stage.answered(stage.workload.put(stage.node(0), stage.name));
      if (request.op === 'put') retell(stage, 'found', () => ({ digest: request.digest, size: request.size }));
    },
    /n1 answered get, a.txt: a content that nobody had put/,
  ],
  'another content of one version': [(stage) => rewrite(stage, ({ value }) => ({ value: { ...value, digest: value.conflicts[0]!.digest, size: value.conflicts[0]!.size } })), /two contents of one version: a.txt/],
};

for (const [what, [spoil, complaint]] of Object.entries(spoilers)) {
  test(`no invention: ${what} is noticed`, (t) => {
    const stage = aRunWithConflictCopy();
    spoil(stage);
    t.regex(checkNoInvention(stage.world).join('\n'), complaint);
  });
}
