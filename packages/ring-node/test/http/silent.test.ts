import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { aServer } from './a-server.js';

test('on the ports of codes and messages, too, who connects ahead of its request is waited for', async (t) => {
  const { server } = await aServer(t, { headersTimeoutMs: 100, keepAliveMs: 5_000 });
  for (const purpose of ['codes', 'messages'] as const) {
    const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => server.accept(socket, purpose)).listen(0, '127.0.0.1');
    t.teardown(() => void listener.close());
    await once(listener, 'listening');
    const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
    await wait(500);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    t.regex(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 405 /);
  }
});
