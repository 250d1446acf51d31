import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openSocket, parseListenAddress } from '@coring/sockets';
import { start } from '../a-command.js';
import { aFolder, aNode, until, whole } from '../a-ring.js';
import { abstractName, testWith } from './an-activation.js';

/** Whoever starts nodes, as systemd does, and hears how they are. */
interface Manager {
  readonly path: string;
  readonly heard: readonly string[];
  /** Waits until something that fits was heard, from the given place on. */
  hears(what: RegExp, from?: number): Promise<void>;
}

async function aManager(t: ExecutionContext, path: string): Promise<Manager> {
  const heard: string[] = [];
  const socket = await openSocket(parseListenAddress(`unix-dgram:${path}`));
  t.teardown(() => socket.close());
  const nothing = (): void => undefined;
  socket.serve({ datagram: (message) => void heard.push(message.toString()) as undefined }, { name: 'manager', log: { debug: nothing, info: nothing, warn: nothing } });
  return { path, heard, hears: (what, from = 0) => until(() => heard.slice(from).some((text) => what.test(text)), `${what} among ${heard.join(' | ')}`) };
}

testWith(['addon'], 'A07 a node tells who started it that it is ready, how its ring is, and that it stops', async (t) => {
  for (const path of [join(await aFolder(t), 'notify'), abstractName()]) {
    const manager = await aManager(t, path);
    const node = await aNode(t, { env: { NOTIFY_SOCKET: path } });
    await manager.hears(/^READY=1\nSTATUS=1 node, alone; 3 copies of each file$/);
    const other = await aNode(t, { join: node });
    await whole([node, other]);
    await manager.hears(/^STATUS=2 nodes, whole; 3 copies of each file$/);
    await node.kill('SIGTERM');
    await manager.hears(/^STOPPING=1\nSTATUS=SIGTERM: leaving the ring$/);
    t.is(manager.heard.filter((text) => text.startsWith('READY')).length, 1);
  }
});

testWith(['addon'], 'A07 the watchdog hears of a node for as long as its event loop turns', async (t) => {
  const manager = await aManager(t, abstractName());
  const node = await aNode(t, { env: { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '100000' } });
  await manager.hears(/^WATCHDOG=1$/);
  node.signal('SIGSTOP');
  await until(async () => {
    const before = manager.heard.length;
    // Four times as long as between two signs of life.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return manager.heard.length === before;
  }, 'silence');
  const from = manager.heard.length;
  node.signal('SIGCONT');
  await manager.hears(/^WATCHDOG=1$/, from);
  t.pass();
});

testWith(['addon'], 'A07 who starts a node that may wait for its ring for long does not wait with it', async (t) => {
  const manager = await aManager(t, abstractName());
  start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '-i', '127.0.0.1', '-p', '9', '--wait'], { env: { NOTIFY_SOCKET: manager.path } });
  await manager.hears(/^READY=1\nSTATUS=looks for its ring$/);
  t.pass();
});
