import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import test, { type Implementation } from 'ava';
import { openSocket, parseListenAddress, takeSocket, VSOCK_ANY } from '../src/index.js';
import { native, whyNoNative } from '../src/native.js';
import { sockaddr } from '../src/socket-name.js';
import { openVsock } from '../src/vsock.js';
import { serving } from './a-socket.js';

const any = (port: number) => ({ family: 'vsock', type: 'stream', cid: VSOCK_ANY, port }) as const;

unless(obstacleToVsock(), 'A05 a vsock socket is opened, and an inherited one taken; a port that is taken is refused', async (t) => {
  const opened = serving(t, await openSocket(parseListenAddress('vsock::40961')));
  t.is(opened.address, 'vsock::40961');
  t.is(opened.type, 'stream');
  await t.throwsAsync(openSocket(parseListenAddress('vsock::40961')), { code: 'in-use' });
  t.is(serving(t, await takeSocket(openVsock(native()!, any(40_962), 1))).address, 'vsock::40962');
});

unless(obstacleToVsock() ?? obstacleToLoopback(), 'A05 what is sent over vsock comes back to its end, and the peer has a name', async (t) => {
  const peers: string[] = [];
  serving(t, await openSocket(parseListenAddress('vsock::40963')), { stream: (connection, peer) => (peers.push(peer), void connection.pipe(connection)) });
  // Less than the kernel holds on the way: socat does not read while it cannot write.
  const bytes = randomBytes(100_000);
  const socat = spawn('socat', ['-t', '30', '-', 'VSOCK-CONNECT:1:40963'], { stdio: ['pipe', 'pipe', 'inherit'] });
  socat.stdin.end(bytes);
  t.true(Buffer.concat(await socat.stdout.toArray() as Buffer[]).equals(bytes));
  t.regex(peers[0]!, /^vsock:1:\d+$/);
});

function unless(obstacle: string | undefined, title: string, implementation: Implementation<[]>): void {
  if (obstacle === undefined) test(title, implementation);
  else test.skip(`${title} (not tried: ${obstacle})`, implementation);
}

/** Why there is no vsock here. */
function obstacleToVsock(): string | undefined {
  const calls = native();
  if (calls === undefined) return whyNoNative();
  try {
    const fd = calls.open(calls.AF_VSOCK, calls.SOCK_STREAM);
    try {
      calls.bind(fd, sockaddr(calls, any(40_960)));
    } finally {
      calls.close(fd);
    }
    return undefined;
  } catch (error) {
    return `the kernel has no vsock: ${(error as Error).message}`;
  }
}

/** Why nobody on this machine can be reached over vsock. */
function obstacleToLoopback(): string | undefined {
  if (!existsSync('/sys/module/vsock_loopback')) return 'the kernel has no vsock_loopback';
  return spawnSync('socat', ['-V']).status === 0 ? undefined : 'there is no socat';
}
