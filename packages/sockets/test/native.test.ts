import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { UnixClient } from './a-datagram.js';
import { addonTest, aFolder } from './a-socket.js';

const index = new URL('../src/index.js', import.meta.url).href;
const run = promisify(execFile);

/** Serves datagrams at a path, in an environment of its own. */
const server = `
  import { openSocket, parseListenAddress } from ${JSON.stringify(index)};
  const log = { debug() {}, info() {}, warn() {} };
  export async function serve(path) {
    (await openSocket(parseListenAddress('unix-dgram:' + path))).serve({ datagram: (message) => message }, { name: path, log });
  }`;

addonTest('worker threads have sockets of their own, which end with them', async (t) => {
  const folder = await aFolder(t);
  const program = `${server}
    import { parentPort, workerData } from 'node:worker_threads';
    await serve(workerData);
    parentPort.postMessage('serves');`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  for (let round = 0; round < 3; round++) {
    const paths = Array.from({ length: 4 }, (_, i) => join(folder, `${round}-${i}`));
    const workers = await Promise.all(
      paths.map(async (workerData) => {
        const worker = new Worker(url, { workerData });
        await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
        return worker;
      }),
    );
    for (const path of paths) {
      const client = new UnixClient(t, `${path}-client`);
      t.true(client.send(Buffer.from(path), path));
      t.is((await client.received()).toString(), path);
    }
    t.deepEqual(await Promise.all(workers.map((worker) => worker.terminate())), [1, 1, 1, 1]);
    // Their descriptors are closed: nobody answers.
    for (const path of paths) t.throws(() => new UnixClient(t).send(Buffer.from('x'), path), { code: 'ECONNREFUSED' });
  }
});

addonTest('a process may end with its sockets open', async (t) => {
  const path = join(await aFolder(t), 'server');
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', `${server}; await serve(${JSON.stringify(path)}); console.log('serves'); setTimeout(() => process.exit(0), 10);`]);
  t.is(stdout, 'serves\n');
});

test('A13 without the addon the families that it is for are named, and the others are served', async (t) => {
  const program = `
    import { openSocket, parseListenAddress } from ${JSON.stringify(index)};
    for (const address of ['127.0.0.1:0', 'unix:@coring-without-${process.pid}', 'udp:127.0.0.1:0', 'unix-dgram:@x', 'vsock::9999']) {
      try {
        const socket = await openSocket(parseListenAddress(address));
        console.log(address, 'open');
        await socket.close();
      } catch (error) {
        console.log(address, error.code, error.message);
      }
    }`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { env: { ...process.env, CORING_WITHOUT_ADDON: '1' } });
  const lines = stdout.trimEnd().split('\n');
  t.deepEqual(lines.slice(0, 3), ['127.0.0.1:0 open', `unix:@coring-without-${process.pid} open`, 'udp:127.0.0.1:0 open']);
  t.regex(lines[3]!, /^unix-dgram:@x not-supported datagrams of unix sockets cannot be had: the addon for sockets is missing/);
  t.regex(lines[4]!, /^vsock::9999 not-supported vsock cannot be had: the addon for sockets is missing/);
});

test('A13 a build without a compiler says so and fails nothing', async (t) => {
  const { cp } = await import('node:fs/promises');
  const folder = join(await aFolder(t), 'native');
  await cp(fileURLToPath(new URL('../../native', import.meta.url)), folder, { recursive: true, filter: (path) => !path.endsWith('/build') });
  const { stdout } = await run(process.execPath, [join(folder, 'build.mjs')], { env: { ...process.env, CC: 'no-such-compiler' } });
  t.regex(stdout, /^the addon for sockets: not built, /);
});
