import { openFileStore } from '@coring/file-store';
import { asPlain, CrashingFiles } from '@coring/file-store/crashing-files';
import test, { type ExecutionContext } from 'ava';
import { type RunningNode, startNode } from '../../src/node/start-node.js';
import type { SelfRecord } from '../../src/ring/persisted.js';
import { until } from '../http/a-server.js';
import { type Files, storeOn } from './on-crashing-files.js';

function start(t: ExecutionContext, files: Files, listen: string): Promise<RunningNode> {
  const starting = startNode({ listen, data: '/data', scrubEveryMs: Infinity, store: storeOn(files) });
  t.teardown(async () => (await starting).stop());
  return starting;
}

/** What a node has on its disk of itself. */
async function selfOn(files: CrashingFiles): Promise<SelfRecord> {
  const { store } = await openFileStore('/data', storeOn(files));
  const self = await store.get('ring', 'self');
  await store.close();
  return self as SelfRecord;
}

/** The disk is asked for its space when the store is opened, and when the node is put to work: that is answered when `release` is called. */
function slowFigures(files: CrashingFiles): { readonly files: Files; readonly release: () => void } {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  const slow: Files = {
    ...asPlain(files),
    space: async () => {
      if (++asked > 1) await released;
      return files.space();
    },
  };
  return { files: slow, release };
}

test('what a start saves is not written over what is saved for the first clients', async (t) => {
  const disk = new CrashingFiles();
  const first = await start(t, disk, '127.0.0.1:0');
  const { address, url } = first;
  await first.stop();
  const before = await selfOn(disk.afterPowerCut());
  const { files, release } = slowFigures(disk);
  const starting = start(t, files, address);
  let time = 0;
  await until(() => {
    void fetch(`${url}/files/a`, { method: 'PUT', body: 'x' }).then(async (response) => {
      if (response.ok) time ||= Number.parseInt(((await response.json()) as { version: string }).version, 10);
    }, () => undefined);
    return time > 0;
  }, 'an upload is taken');
  release();
  await starting;
  const { incarnation, clockCeiling, heldFiles } = await selfOn(disk.afterPowerCut());
  t.is(incarnation, before.incarnation + 1);
  t.true(clockCeiling >= time, `${clockCeiling} is below ${time}`);
  t.true(heldFiles);
});
