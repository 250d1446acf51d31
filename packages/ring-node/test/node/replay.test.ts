import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { TracedStep } from '../../src/node/core.js';
import type { TracedStart } from '../../src/node/options.js';
import { startNode } from '../../src/node/start-node.js';
import { startRing, step } from '../../src/ring/index.js';

test('what a real node did is what its core does again, step by step', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'coring-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const starts: TracedStart[] = [];
  const steps: TracedStep[] = [];
  const trace = { start: (start: TracedStart) => starts.push(start), step: (taken: TracedStep) => steps.push(taken) };
  const first = await startNode({ listen: '127.0.0.1:0', data: join(folder, 'a') });
  const second = await startNode({ listen: '127.0.0.1:0', data: join(folder, 'b'), join: first.address, trace });
  for (let i = 0; i < 5; i++) {
    const url = `${i % 2 === 0 ? first.url : second.url}/files/f${i}`;
    t.is((await fetch(url, { method: 'PUT', body: `content ${i}` })).status, 201);
    t.is(await (await fetch(url)).text(), `content ${i}`);
  }
  await second.stop();
  await first.stop();

  t.true(steps.length > 20, `${steps.length} steps`);
  const start = starts[0]!;
  const { ring, effects } = startRing(start.options, start.surroundings);
  t.deepEqual(plain(effects), plain(start.effects));
  for (const taken of steps) t.deepEqual(plain(step(ring, taken.input, taken.surroundings)), plain(taken.effects));
});

/** As the shell saw it: undefined fields and object identity do not count. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
