import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { type Command, type Ended, run, start } from '../a-command.js';
import { aFolder, aPort } from '../a-ring.js';
import { anActivation } from '../sockets/an-activation.js';
import { asked, echoed, refusal, vsockTest } from './a-vsock.js';

const MEGABYTE = 2 ** 20;

interface Served {
  readonly node: Command;
  readonly echo: number;
  readonly http: number;
}

/** The two ways to a node on vsock: it opens the sockets itself, or has them from whoever starts it with the first connection. */
const ways: Readonly<Record<string, (t: ExecutionContext) => Promise<Served>>> = {
  'that it opens': async (t) => {
    const [echo, http] = [aPort(), aPort()];
    const node = start(t, 'ring-node', [...(await ownPort(t)), '-v', '--serve', `echo=vsock::${echo}`, '--serve', `http=vsock:1:${http}`]);
    await node.printed(/listening on/);
    return { node, echo, http };
  },
  'that it has inherited': async (t) => {
    const { node, addresses } = await anActivation(t, { listen: ['vsock::PORT', 'vsock:1:PORT'], names: ['echo', 'http'], args: ['--listen', '127.0.0.1:0', '-v'] });
    const [echo, http] = addresses.map((address) => Number(address.split(':')[2])) as [number, number];
    return { node, echo, http };
  },
};

for (const [way, aNodeOnVsock] of Object.entries(ways)) {
  vsockTest(`A05 on a vsock socket ${way} a node echoes byte for byte, to the end of what it is sent`, async (t) => {
    const { node, echo, http } = await aNodeOnVsock(t);
    for (const bytes of [Buffer.from('first'), Buffer.alloc(0), randomBytes(3 * MEGABYTE)]) t.true((await echoed(echo, bytes)).equals(bytes), `${bytes.length} bytes`);
    const many = Array.from({ length: 20 }, (_, i) => Buffer.from(`connection ${i}`));
    t.deepEqual(await Promise.all(many.map((bytes) => echoed(echo, bytes))), many);
    await node.printed(new RegExp(`echo vsock::${echo}: a connection from vsock:1:\\d+`));
    t.regex(node.stdout, new RegExp(`echo on vsock::${echo}.*http on vsock:1:${http}`, 's'));
  });

  vsockTest(`A05 on a vsock socket ${way} the node's web server keeps files`, async (t) => {
    const { node, http } = await aNodeOnVsock(t);
    const bytes = randomBytes(MEGABYTE);
    t.is((await asked(http, 'GET', '/healthz')).status, 200);
    t.is((await asked(http, 'GET', '/readyz')).status, 200);
    t.is((await asked(http, 'PUT', '/files/from-outside', bytes)).status, 201);
    const { status, body } = await asked(http, 'GET', '/files/from-outside');
    t.is(status, 200);
    t.true(body.equals(bytes));
    node.signal('SIGTERM');
    t.is((await node.ended).code, 0);
  });
}

vsockTest('A05 who connects where nobody listens on vsock is refused, before the node is there and after it', async (t) => {
  const port = aPort();
  const isRefused = async (when: string): Promise<void> => {
    const { code, stderr } = await refusal(port);
    t.is(code, 1, when);
    t.regex(stderr, /Connection (reset by peer|refused)/, when);
  };
  await isRefused('before');
  const node = start(t, 'ring-node', [...(await ownPort(t)), '--serve', `echo=vsock::${port}`]);
  await node.printed(/listening on/);
  t.is((await echoed(port, Buffer.from('now'))).toString(), 'now');
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);
  await isRefused('after');
});

vsockTest('A05 a vsock port that is taken, and a CID of another machine, end the process with 1 and one line', async (t) => {
  const port = aPort();
  const refused = async (address: string): Promise<Ended> => run(t, 'ring-node', [...(await ownPort(t)), '--serve', `echo=${address}`]);
  const node = start(t, 'ring-node', [...(await ownPort(t)), '--serve', `echo=vsock::${port}`]);
  await node.printed(/listening on/);
  const taken = await refused(`vsock::${port}`);
  t.deepEqual([taken.code, taken.stderr], [1, `ring-node: vsock::${port} is in use by another program\n`]);
  const elsewhere = await refused(`vsock:4242:${port}`);
  t.is(elsewhere.code, 1);
  t.regex(elsewhere.stderr, new RegExp(`^ring-node: cannot listen on vsock:4242:${port}: [^\\n]+\\n$`));
});

async function ownPort(t: ExecutionContext): Promise<string[]> {
  return ['--listen', '127.0.0.1:0', '--data', await aFolder(t)];
}
