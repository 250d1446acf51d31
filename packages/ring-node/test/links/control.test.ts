import { connect, createServer } from 'node:net';
import test from 'ava';
import { aRelay } from './relay.js';
import { aPing, aPortToComeBackTo, anEnd, randomId, twoIds, until } from './two-nodes.js';

const secret = Buffer.from('a secret of the ring, long enough');

for (const [how, options] of [['without a secret', {}], ['with a secret', { secret }]] as const) {
  test(`10 000 messages arrive in order, ${how}`, async (t) => {
    const [a, b] = [await anEnd(t, options), await anEnd(t, options)];
    const ids = Array.from({ length: 10_000 }, () => {
      const ping = aPing(a.nodeId, b.nodeId);
      a.links.send(b.address, ping);
      return ping.id;
    });
    await until(() => b.arrived.length >= ids.length);
    t.deepEqual(b.arrived.map(({ message }) => message.id), ids);
    t.deepEqual(a.unsent, []);
  });
}

test('answers go back on the link that the question came on', async (t) => {
  const [a, b] = [await anEnd(t), await anEnd(t)];
  a.links.send(b.address, aPing(a.nodeId));
  await until(() => b.arrived.length === 1);
  b.links.send('127.0.0.1:1', aPing(b.nodeId, a.nodeId));
  await until(() => a.arrived.length === 1);
  t.is(a.accepted.length, 0);
  t.is(b.accepted.length, 1);
});

test('a message tells from which host and listening port its sender comes', async (t) => {
  const [a, b] = [await anEnd(t), await anEnd(t)];
  a.links.send(b.address, aPing(a.nodeId, b.nodeId));
  await until(() => b.arrived.length === 1);
  t.is(b.arrived[0]?.seenAddress, a.address);
});

test('all that one tick sends goes out in one write', async (t) => {
  let writes = 0;
  const b = await anEnd(t, {
    onAccept: (socket) => {
      const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
      socket.write = (...args: unknown[]) => (writes++, write(...args));
    },
  });
  const a = await anEnd(t);
  a.links.send(b.address, aPing(a.nodeId, b.nodeId));
  await until(() => b.arrived.length === 1);
  writes = 0;
  for (let i = 0; i < 100; i++) b.links.send(a.address, aPing(b.nodeId, a.nodeId));
  await until(() => a.arrived.length === 100);
  t.is(writes, 1);
});

test('a message for nobody who listens is reported unsent, and is no refusal', async (t) => {
  const a = await anEnd(t);
  const ping = aPing(a.nodeId, randomId());
  a.links.send('127.0.0.1:1', ping);
  await until(() => a.unsent.length === 1);
  t.deepEqual(a.unsent, [{ id: ping.id, to: ping.to }]);
  t.deepEqual(a.refused, []);
});

test('a message for another node than the one at the address is reported unsent', async (t) => {
  const [a, b] = [await anEnd(t), await anEnd(t)];
  const ping = aPing(a.nodeId, randomId());
  a.links.send(b.address, ping);
  await until(() => a.unsent.length === 1);
  t.deepEqual(a.unsent, [{ id: ping.id, to: ping.to }]);
  t.is(b.arrived.length, 0);
});

test('sending never calls back before it returns', async (t) => {
  const a = await anEnd(t);
  await a.links.close();
  const b = await anEnd(t, { limits: { messageBytesMax: 10 } });
  b.links.send(a.address, aPing(b.nodeId, a.nodeId));
  t.is(b.unsent.length, 0);
  await until(() => b.unsent.length === 1);
  t.pass();
});

test('of two links dialled at the same time both nodes keep the same one, and no message is lost', async (t) => {
  const [lower, higher] = twoIds();
  for (let round = 0; round < 20; round++) {
    const [a, b] = [await anEnd(t, { nodeId: lower, secret }), await anEnd(t, { nodeId: higher, secret })];
    for (let i = 0; i < 10; i++) {
      a.links.send(b.address, aPing(lower, higher));
      b.links.send(a.address, aPing(higher, lower));
    }
    await until(() => a.arrived.length === 10 && b.arrived.length === 10);
    await until(() => a.accepted.filter(({ destroyed }) => !destroyed).length + b.accepted.filter(({ destroyed }) => !destroyed).length === 1, 'one link is left');
    a.links.send(b.address, aPing(lower, higher));
    b.links.send(a.address, aPing(higher, lower));
    await until(() => a.arrived.length === 11 && b.arrived.length === 11);
    t.deepEqual([...a.unsent, ...b.unsent], []);
    await Promise.all([a.close(), b.close()]);
  }
});

test('a peer that was restarted at its address is dialled again', async (t) => {
  const a = await anEnd(t);
  const nodeId = randomId();
  const first = await anEnd(t, { nodeId, port: aPortToComeBackTo() });
  a.links.send(first.address, aPing(a.nodeId, nodeId));
  await until(() => first.arrived.length === 1);
  await first.close();
  const second = await anEnd(t, { nodeId, incarnation: 2, port: first.port.port });
  a.links.send(second.address, aPing(a.nodeId, nodeId));
  await until(() => second.arrived.length === 1);
  t.deepEqual(a.unsent, []);
});

test('a message for whoever is at an address does not go to the node that was there before it was restarted elsewhere', async (t) => {
  const a = await anEnd(t);
  const nodeId = randomId();
  const before = await anEnd(t, { nodeId, port: aPortToComeBackTo() });
  a.links.send(before.address, aPing(a.nodeId));
  await until(() => before.arrived.length === 1);
  // Its end was not seen: the link to it is still there.
  const elsewhere = await anEnd(t, { nodeId, incarnation: 2 });
  elsewhere.links.send(a.address, aPing(nodeId, a.nodeId));
  await until(() => a.arrived.length === 1);
  await before.close();
  const other = await anEnd(t, { port: before.port.port });
  a.links.send(other.address, aPing(a.nodeId));
  await until(() => elsewhere.arrived.length + other.arrived.length === 1);
  t.is(other.arrived.length, 1);
});

test('a peer that is a moment late to listen gets what was sent to it', async (t) => {
  const probe = await anEnd(t, { port: aPortToComeBackTo() });
  await probe.close();
  const a = await anEnd(t);
  const nodeId = randomId();
  a.links.send(probe.address, aPing(a.nodeId, nodeId));
  const late = await anEnd(t, { nodeId, port: probe.port.port });
  await until(() => late.arrived.length === 1);
  t.deepEqual(a.unsent, []);
});

test('a peer that reads nothing is cut, and what waits for it is reported unsent', async (t) => {
  // A relay that lets the handshake through, then keeps what comes to itself.
  const b = await anEnd(t);
  let isDeaf = false;
  const relay = createServer((socket) => {
    const onward = connect(b.port.port, '127.0.0.1');
    onward.on('data', (bytes) => socket.write(bytes)).on('error', () => undefined);
    socket.on('data', (bytes) => (isDeaf ? socket.pause() : onward.write(bytes))).on('error', () => undefined);
    t.teardown(() => (socket.destroy(), onward.destroy()));
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  t.teardown(() => relay.close());
  const { port } = relay.address() as { port: number };
  const a = await anEnd(t, { limits: { stallMs: 200, queueMessagesMax: 1_000 } });
  a.links.send(`127.0.0.1:${port}`, aPing(a.nodeId, b.nodeId));
  await until(() => b.arrived.length === 1);
  isDeaf = true;
  const large = { ...aPing(a.nodeId, b.nodeId), accusations: Array.from({ length: 4_000 }, () => ({ nodeId: randomId(), incarnation: 1 })) };
  let sent = 0;
  await until(() => {
    for (let i = 0; i < 10; i++, sent++) a.links.send(`127.0.0.1:${port}`, large);
    return a.unsent.length > 0;
  });
  const before = a.unsent.length;
  t.true(sent < 200, 'the queue is bounded');
  relay.close();
  await until(() => a.unsent.length > before);
  t.is(b.arrived.length, 1);
});

test('a peer that is hidden behind a broken connection is dialled anew', async (t) => {
  const b = await anEnd(t);
  const relay = await aRelay(t, b.port.port);
  const a = await anEnd(t, { limits: { silentMs: 50 } });
  a.links.send(relay.address, aPing(a.nodeId, b.nodeId));
  await until(() => b.arrived.length === 1);
  relay.swallow();
  await until(() => {
    a.links.send(relay.address, aPing(a.nodeId, b.nodeId));
    return b.arrived.length >= 2;
  });
  t.is(b.accepted.length, 2);
  t.deepEqual(a.unsent, []);
});

test('a peer that answers is not dialled anew, however rarely it is spoken to', async (t) => {
  const [a, b] = [await anEnd(t, { limits: { silentMs: 20 } }), await anEnd(t)];
  for (let i = 1; i <= 3; i++) {
    a.links.send(b.address, aPing(a.nodeId, b.nodeId));
    await until(() => b.arrived.length === i);
    b.links.send(a.address, aPing(b.nodeId, a.nodeId));
    await until(() => a.arrived.length === i);
    const sinceMs = performance.now();
    await until(() => performance.now() - sinceMs > 30);
  }
  t.is(b.accepted.length, 1);
});

test('closing sends what waits, and is done', async (t) => {
  const [a, b] = [await anEnd(t), await anEnd(t)];
  a.links.send(b.address, aPing(a.nodeId, b.nodeId));
  await until(() => b.arrived.length === 1);
  for (let i = 0; i < 100; i++) a.links.send(b.address, aPing(a.nodeId, b.nodeId));
  await a.links.close();
  await until(() => b.arrived.length === 101);
  t.true(b.accepted.every(({ destroyed }) => destroyed));
});
