import { CrashingFiles } from '@coring/file-store/crashing-files';
import test, { type ExecutionContext } from 'ava';
import { type RunningNode, startNode } from '../../src/node/start-node.js';
import { until } from '../http/a-server.js';
import { storeOn } from './on-crashing-files.js';

async function start(t: ExecutionContext, disk: CrashingFiles, join?: string): Promise<RunningNode> {
  const node = await startNode({ listen: '127.0.0.1:0', data: '/data', scrubEveryMs: Infinity, store: storeOn(disk), ...(join === undefined ? {} : { join }) });
  t.teardown(() => node.stop());
  return node;
}

test('a node that was started alone first, and held no file, joins the ring that it is told of when it is started again', async (t) => {
  const there = await start(t, new CrashingFiles());
  await fetch(`${there.url}/files/a`, { method: 'PUT', body: 'x' });
  const disk = new CrashingFiles();
  const alone = await start(t, disk);
  await alone.stop();
  const again = await start(t, disk, there.address);
  await until(() => again.ring().ringId === there.ring().ringId, 'it is in the other ring');
  await until(() => there.ring().members.length === 2, 'it is a member');
  t.is(await (await fetch(`${again.url}/files/a`)).text(), 'x');
});

test('a node that has held a file stays in its ring, and ends when it is told to join another', async (t) => {
  const there = await start(t, new CrashingFiles());
  const disk = new CrashingFiles();
  const alone = await start(t, disk);
  await fetch(`${alone.url}/files/a`, { method: 'PUT', body: 'x' });
  await alone.stop();
  const again = await start(t, disk, there.address);
  t.is((await again.failed).code, 'other-ring');
});
