import test from 'ava';
import { openSync } from 'node:fs';
import { inheritedSockets, takeSocket } from '../src/index.js';
import { native } from '../src/native.js';
import { sockaddr } from '../src/socket-name.js';
import { UnixClient } from './a-datagram.js';
import { addonTest, aFolder, asked, serving, wayTo } from './a-socket.js';
import { join } from 'node:path';

function inherits(env: NodeJS.ProcessEnv): { readonly found: ReturnType<typeof inheritedSockets>; readonly left: NodeJS.ProcessEnv } {
  const left = { ...env };
  return { found: inheritedSockets(left, 42), left };
}

// So many descriptors are open here that the first ones after the standard three are there to be inherited.
test('A01 the inherited sockets are those of LISTEN_FDS, by the names of LISTEN_FDNAMES; the environment keeps none of it', (t) => {
  const { found, left } = inherits({ LISTEN_FDS: '3', LISTEN_PID: '42', LISTEN_FDNAMES: 'http:echo-udp:unknown', PATH: '/bin' });
  t.deepEqual(found, { sockets: [{ fd: 3, name: 'http' }, { fd: 4, name: 'echo-udp' }, { fd: 5 }], problems: [] });
  t.deepEqual(left, { PATH: '/bin' });
});

test('A01 nothing is inherited where nothing is said', (t) => {
  t.deepEqual(inherits({}).found, { sockets: [], problems: [] });
  t.deepEqual(inherits({ LISTEN_FDS: '0', LISTEN_PID: '42' }).found, { sockets: [], problems: [] });
});

for (const [env, problem] of [
  [{ LISTEN_FDS: '1', LISTEN_PID: '41' }, /for process "41", this one is 42/],
  [{ LISTEN_FDS: '1' }, /no LISTEN_PID/],
  [{ LISTEN_FDS: 'many', LISTEN_PID: '42' }, /no number/],
] as const) {
  test(`A01 ${JSON.stringify(env)} inherits nothing, and says why`, (t) => {
    const { found, left } = inherits(env);
    t.deepEqual(found.sockets, []);
    t.regex(found.problems.join('\n'), problem);
    t.deepEqual(left, {});
  });
}

test('A01 names that are fewer than the sockets are nobody\'s; a descriptor that is not open is said', (t) => {
  const { found } = inherits({ LISTEN_FDS: '2', LISTEN_PID: '42', LISTEN_FDNAMES: 'http' });
  t.deepEqual(found.sockets, [{ fd: 3 }, { fd: 4 }]);
  t.regex(found.problems[0]!, /1 names for 2 sockets/);
  const many = inherits({ LISTEN_FDS: '2000', LISTEN_PID: '42' }).found;
  t.true(many.problems.includes('descriptor 2002, one of the 2000 of LISTEN_FDS, is not open'));
});

addonTest('A01 what is inherited is taken by its family and type, or refused with the reason', async (t) => {
  const calls = native()!;
  const folder = await aFolder(t);
  const stream = calls.open(calls.AF_UNIX, calls.SOCK_STREAM);
  await t.throwsAsync(takeSocket(stream), { code: 'not-supported', message: /not a socket that listens/ });
  calls.bind(stream, sockaddr(calls, { family: 'unix', type: 'stream', path: join(folder, 'stream') }));
  calls.listen(stream, 16);
  const taken = serving(t, await takeSocket(stream));
  t.is(taken.address, `unix:${join(folder, 'stream')}`);
  t.is((await asked(wayTo(taken), Buffer.from('hello'))).toString(), 'hello');

  const datagrams = calls.open(calls.AF_UNIX, calls.SOCK_DGRAM);
  calls.bind(datagrams, sockaddr(calls, { family: 'unix', type: 'datagram', path: join(folder, 'datagrams') }));
  t.is(serving(t, await takeSocket(datagrams)).address, `unix-dgram:${join(folder, 'datagrams')}`);
  const client = new UnixClient(t, join(folder, 'client'));
  client.send(Buffer.from('hello'), join(folder, 'datagrams'));
  t.is((await client.received()).toString(), 'hello');

  const file = openSync('/dev/null', 'r');
  await t.throwsAsync(takeSocket(file), { code: 'not-supported', message: 'it is no socket' });
  const SOCK_SEQPACKET = 5;
  const packets = calls.open(calls.AF_UNIX, SOCK_SEQPACKET);
  await t.throwsAsync(takeSocket(packets), { code: 'not-supported', message: /family and type \(1, 5\)/ });
  calls.close(packets);
});
