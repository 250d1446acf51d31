import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Command, run, start } from '../a-command.js';
import { aFolder } from '../a-ring.js';
import { testWith, udpReply } from './an-activation.js';

/** Where the node says that it serves a role: the ports that it was given. */
async function placeOf(node: Command, role: string): Promise<string> {
  return (await node.printed(new RegExp(`INFO: ${role} on (\\S+)`)))[1]!;
}

async function serving(t: ExecutionContext, ...serve: readonly string[]): Promise<string[]> {
  return ['--listen', '127.0.0.1:0', '--data', await aFolder(t), ...serve.flatMap((one) => ['--serve', one])];
}

test('A01 --serve opens sockets of every family, each for its role', async (t) => {
  const path = join(await aFolder(t), 'echo');
  const node = start(t, 'ring-node', await serving(t, 'echo=udp:127.0.0.1:0', 'hello=127.0.0.1:0', 'http=127.0.0.1:0', 'echo-http=[::1]:0', `echo=unix:${path}`));
  await node.printed(/listening on/);
  t.is((await udpReply((await placeOf(node, 'echo')).replace('udp:', ''), Buffer.from('datagram'))).toString(), 'datagram');
  t.is((await fetch(`http://${await placeOf(node, 'http')}/readyz`)).status, 200);
  t.true(existsSync(path));
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);
  t.false(existsSync(path), 'its file is still there');
});

test('E07 with --serve echo-http any method and path echoes', async (t) => {
  const node = start(t, 'ring-node', await serving(t, 'echo-http=127.0.0.1:0'));
  const at = await placeOf(node, 'echo-http');
  for (const [method, path] of [['POST', '/'], ['PUT', '/any/path?at=all']] as const) {
    const answer = await fetch(`http://${at}${path}`, { method, body: '{"now": 1}', headers: { 'Content-Type': 'application/json' } });
    t.is(await answer.text(), '{"now": 1}');
    t.is(answer.headers.get('content-type'), 'application/json');
  }
});

test('U01 U07 codes and messages have ports of their own, which answer as they always did, and nothing else', async (t) => {
  const node = start(t, 'ring-node', await serving(t, 'codes=127.0.0.1:0', 'messages=127.0.0.1:0'));
  const [, own] = await node.printed(/listening on (\S+)/);
  const post = async (role: string, body: object): Promise<unknown[]> => {
    const answer = await fetch(`http://${await placeOf(node, role)}/`, { method: 'POST', body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };
  const uuid = randomUUID();
  const [status, told] = (await post('codes', { uuid })) as [number, { success: boolean; unique: string }];
  t.deepEqual([status, told.success], [200, true]);
  t.deepEqual(await post('messages', { uuid, unique: told.unique, text: 'one' }), [200, { success: true }]);
  const [refused, why] = (await post('messages', { uuid, unique: 'wrong', text: 'two' })) as [number, object];
  t.is(refused, 403);
  t.like(why, { success: false, code: 'wrong-code' });
  // The same two as on the node's own port.
  t.like(await (await fetch(`${own}/codes`, { method: 'POST', body: JSON.stringify({ uuid }) })).json(), { code: told.unique });
  const { messages } = (await (await fetch(`${own}/messages`)).json()) as { messages: { text: string }[] };
  t.deepEqual(messages.map(({ text }) => text), ['one']);
  t.is((await fetch(`http://${await placeOf(node, 'codes')}/ring`)).status, 404);
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);
});

test('E06 a port of --serve that is taken ends the process with 1 and one line', async (t) => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const { code, stderr } = await run(t, 'ring-node', await serving(t, 'hello=127.0.0.1:0', `echo=127.0.0.1:${port}`));
  t.is(code, 1);
  t.is(stderr, `ring-node: 127.0.0.1:${port} is in use by another program\n`);
});

for (const serve of ['codes=:0', 'messages=:0', 'echo', 'tea=:1', 'echo=:x', 'http=udp::0', 'ring=:0', 'hello=vsock:0']) {
  test(`A01 --serve ${serve} is wrong use`, async (t) => {
    const { code, stderr, stdout } = await run(t, 'ring-node', await serving(t, serve));
    t.is(code, 2);
    t.regex(stderr, /^ring-node: [^\n]+\n$/);
    t.is(stdout, '');
  });
}

testWith(['cc'], 'C08 on a machine without IPv6 all addresses are those of IPv4, and the log says so', async (t) => {
  const folder = await aFolder(t);
  const [source, library] = [join(folder, 'no-ipv6.c'), join(folder, 'no-ipv6.so')];
  await writeFile(source, withoutIPv6);
  t.is(spawnSync('cc', ['-shared', '-fPIC', '-o', library, source]).status, 0);
  const node = start(t, 'ring-node', await serving(t, 'echo=udp::0', 'echo-http=:0'), { env: { LD_PRELOAD: library } });
  const [, http] = await node.printed(/echo-http on 0\.0\.0\.0:(\d+) \(this machine has no IPv6: it is of IPv4 alone\)/);
  const [, udp] = await node.printed(/echo on udp:0\.0\.0\.0:(\d+) \(this machine has no IPv6: it is of IPv4 alone\)/);
  t.is(await (await fetch(`http://127.0.0.1:${http}/`, { method: 'POST', body: 'four' })).text(), 'four');
  t.is((await udpReply(`127.0.0.1:${udp}`, Buffer.from('four'))).toString(), 'four');
  const everywhere = start(t, 'ring-node', ['--listen', ':0', '--insecure', '--data', join(folder, 'data')], { env: { LD_PRELOAD: library } });
  await everywhere.printed(/WARN: this machine has no IPv6: all addresses are those of IPv4\n[^]*listening on http:\/\/0\.0\.0\.0:/);
});

/** What the system says of IPv6 where it was never there. */
const withoutIPv6 = `
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <errno.h>
  #include <sys/socket.h>
  int socket(int family, int type, int protocol) {
    if (family == AF_INET6) {
      errno = EAFNOSUPPORT;
      return -1;
    }
    return ((int (*)(int, int, int))dlsym(RTLD_NEXT, "socket"))(family, type, protocol);
  }
`;
