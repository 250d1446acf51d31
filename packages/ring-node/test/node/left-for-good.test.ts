import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openFileStore } from '@coring/file-store';
import { CrashingFiles } from '@coring/file-store/crashing-files';
import test, { type ExecutionContext } from 'ava';
import { type RunningNode, startNode } from '../../src/node/start-node.js';
import { until } from '../http/a-server.js';
import { storeOn } from './on-crashing-files.js';

interface Wishes {
  readonly disk?: CrashingFiles;
  readonly listen?: string;
  readonly join?: string;
}

async function start(t: ExecutionContext, { disk = new CrashingFiles(), listen = '127.0.0.1:0', join }: Wishes = {}): Promise<RunningNode> {
  const node = await startNode({ listen, data: '/data', scrubEveryMs: Infinity, store: storeOn(disk), ...(join === undefined ? {} : { join, wait: true }) });
  t.teardown(() => node.stop());
  return node;
}

async function post(url: string, body: unknown): Promise<{ readonly code: string }> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as { code: string };
}

test('a node that lost its power as it left for good asks until it is taken in', async (t) => {
  const disk = new CrashingFiles();
  const { store, nodeId } = await openFileStore('/data', storeOn(disk));
  const self = { nodeId, ringId: 'b'.repeat(32), incarnation: 4, clockCeiling: 9, heldFiles: true, hasLeft: true };
  await store.commit([{ do: 'put', space: 'ring', key: 'self', value: self }]);
  await store.close();
  const { address, stop } = await start(t);
  await stop();
  const starting = start(t, { disk, join: address });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const peer = await start(t, { listen: address });
  await until(() => peer.ring().nodes.length === 2, 'it is taken in');
  t.is((await starting).ring().ringId, peer.ring().ringId);
});

test('a node that left for good gives the codes of the ring that it is in now', async (t) => {
  const disk = new CrashingFiles();
  const uuid = randomUUID();
  const first = await start(t);
  const goes = await start(t, { disk, join: first.address });
  const { code: before } = await post(`${goes.url}/codes`, { uuid });
  await until(() => first.ring().members.length === 2, 'it is a member');
  const left = once(goes.events, 'left');
  await fetch(`${first.url}/ring/leave?node=${goes.nodeId}`, { method: 'POST' });
  await left;
  await goes.stop();
  const back = await start(t, { disk });
  const other = await start(t, { join: back.address });
  const { code } = await post(`${other.url}/codes`, { uuid });
  t.not(code, before);
  t.is((await post(`${back.url}/codes`, { uuid })).code, code);
});
