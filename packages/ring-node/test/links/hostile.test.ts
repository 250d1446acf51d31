import { createServer } from 'node:net';
import test from 'ava';
import { frameHeader } from '../../src/node/links/frames.js';
import { messageFrame } from '../../src/node/links/message-frame.js';
import { aRelay, flipAt } from './relay.js';
import { aStranger, type Stranger } from './stranger.js';
import { aPing, anEnd, type EndOptions, randomId, until } from './two-nodes.js';

const secret = Buffer.from('a secret of the ring, long enough');
const MAGIC = 'CORING/1\n';

interface Attack {
  readonly name: string;
  readonly code: string | undefined;
  readonly options?: EndOptions;
  readonly attack: (stranger: Stranger, nodeId: string) => void | Promise<void>;
}

const attacks: Attack[] = [
  { name: 'random bytes for a HELLO', code: 'bad-message', attack: ({ sendBytes, sendFrame }) => (sendBytes(MAGIC), sendFrame(Buffer.from([0xff, 0xfe, 1, 2]))) },
  { name: 'a HELLO that is not JSON', code: 'bad-message', attack: ({ sendBytes, sendFrame }) => (sendBytes(MAGIC), sendFrame('{"type":')) },
  { name: 'a HELLO of the wrong shape', code: 'bad-message', attack: ({ sendHello }) => sendHello({ nodeId: 'me' }) },
  { name: 'an over-long frame before the handshake', code: 'bad-frame', attack: ({ sendBytes }) => (sendBytes(MAGIC), sendBytes(frameHeader(1 << 20))) },
  { name: 'an empty frame', code: 'bad-frame', attack: ({ sendBytes }) => (sendBytes(MAGIC), sendBytes(frameHeader(0))) },
  { name: 'a message before the handshake', code: 'bad-message', attack: ({ sendBytes, sendFrame, nodeId }) => (sendBytes(MAGIC), sendFrame(aPing(nodeId))) },
  { name: 'a message instead of a proof', code: 'bad-message', attack: ({ sendHello, sendFrame, nodeId }) => (sendHello(), sendFrame(aPing(nodeId))) },
  { name: 'no secret where there is one', code: 'wrong-secret', options: { secret }, attack: ({ shakeHands }) => shakeHands() },
  { name: 'a made-up proof', code: 'wrong-secret', options: { secret }, attack: ({ sendHello, sendFrame }) => (sendHello({ secret: true }), sendFrame({ type: 'PROOF', mac: '0'.repeat(64) })) },
  { name: 'an empty proof', code: 'wrong-secret', options: { secret }, attack: ({ sendHello, sendFrame }) => (sendHello({ secret: true }), sendFrame({ type: 'PROOF', mac: '' })) },
  { name: 'another ring', code: 'other-ring', options: { ringId: randomId() }, attack: ({ sendHello }) => sendHello({ ringId: randomId() }) },
  { name: 'another version', code: 'unsupported-version', attack: ({ sendHello }) => sendHello({ protocol: { min: 7, max: 9 } }) },
  { name: 'the name of the node itself', code: 'itself', attack: ({ sendHello }, nodeId) => sendHello({ nodeId }) },
  { name: 'a dripped handshake', code: 'handshake-timeout', options: { limits: { handshakeMs: 100 } }, attack: ({ sendBytes }) => (sendBytes(MAGIC), sendBytes('\0')) },
  { name: 'a message in the name of another', code: 'bad-message', attack: async ({ shakeHands, sendFrame }) => (await shakeHands(), sendFrame(aPing(randomId()))) },
  { name: 'a message of an unknown type', code: 'bad-message', attack: async ({ shakeHands, sendFrame, nodeId }) => (await shakeHands(), sendFrame({ ...aPing(nodeId), type: 'EVICT' })) },
  { name: 'a message of the wrong shape', code: 'bad-message', attack: async ({ shakeHands, sendFrame, nodeId }) => (await shakeHands(), sendFrame({ ...aPing(nodeId), news: 'all' })) },
  { name: 'JSON nested too deep', code: 'bad-message', attack: async ({ shakeHands, sendFrame }) => (await shakeHands(), sendFrame('['.repeat(1 << 20))) },
  { name: 'no JSON', code: 'bad-message', attack: async ({ shakeHands, sendFrame }) => (await shakeHands(), sendFrame('PING')) },
  { name: 'no UTF-8', code: 'bad-message', attack: async ({ shakeHands, sendFrame }) => (await shakeHands(), sendFrame(Buffer.from([0x22, 0xc0, 0x80, 0x22]))) },
  { name: 'a PING with bytes', code: 'bad-message', attack: async ({ shakeHands, sendFrame, nodeId }) => (await shakeHands(), sendFrame(messageFrame(aPing(nodeId), Buffer.from('bytes')))) },
  { name: 'an over-long message', code: 'bad-frame', attack: async ({ shakeHands, sendBytes }) => (await shakeHands(), sendBytes(frameHeader(8 * 1024 * 1024 + 1))) },
  { name: 'a message on a bulk link', code: 'bad-message', attack: async ({ shakeHands, sendFrame, nodeId }) => (await shakeHands({ purpose: 'bulk' }), sendFrame(aPing(nodeId))) },
  { name: 'a message that is cut in the middle', code: undefined, attack: async ({ shakeHands, sendBytes, socket }) => (await shakeHands(), sendBytes(frameHeader(500)), sendBytes('{"type":'), void socket.end()) },
];

for (const { name, code, options = {}, attack } of attacks) {
  test(`R17 ${name}: the link is closed, nothing is taken, and serving goes on`, async (t) => {
    const node = await anEnd(t, options);
    const stranger = await aStranger(t, node.port.port);
    await attack(stranger, node.nodeId);
    t.is(await stranger.isClosed(), code);
    t.deepEqual(node.arrived, []);
    const friend = await anEnd(t, { ...options, limits: {} });
    friend.links.send(node.address, aPing(friend.nodeId, node.nodeId));
    await until(() => node.arrived.length === 1);
    t.pass();
  });
}

test('R17 a refused handshake is told to who dialled, with its code', async (t) => {
  const [a, b] = [await anEnd(t, { secret }), await anEnd(t, { secret: Buffer.from('another secret, also long enough') })];
  const ping = aPing(a.nodeId, b.nodeId);
  a.links.send(b.address, ping);
  await until(() => a.refused.length === 1 && a.unsent.length === 1);
  t.like(a.refused[0], { address: b.address, code: 'wrong-secret' });
  t.deepEqual(a.unsent, [{ id: ping.id, to: b.nodeId }]);
  t.deepEqual(b.refused, [], 'anybody can be refused as often as he likes');
});

test('R17 dialling oneself is refused', async (t) => {
  const a = await anEnd(t);
  a.links.send(a.address, aPing(a.nodeId));
  await until(() => a.unsent.length === 1 && a.refused.length === 1);
  t.is(a.refused[0]?.code, 'itself');
  t.deepEqual(a.arrived, []);
});

test('what listens at an address and is no node is said to be none', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const a = await anEnd(t);
  const address = `127.0.0.1:${(server.address() as { port: number }).port}`;
  a.links.send(address, aPing(a.nodeId));
  await until(() => a.refused.length === 1);
  t.like(a.refused[0], { address, code: 'bad-frame', message: `what listens on ${address} is no node of a ring` });
});

test('R17 a frame changed on the way is not taken where the ring has a secret', async (t) => {
  // Past the handshake, which is about 600 bytes, and into every part of a message.
  for (let place = 2_000; place < 2_300; place += 17) {
    const b = await anEnd(t, { secret });
    const relay = await aRelay(t, b.port.port, { toServer: flipAt(place) });
    const a = await anEnd(t, { secret });
    const sent = Array.from({ length: 20 }, () => aPing(a.nodeId, b.nodeId));
    for (const ping of sent) a.links.send(relay.address, ping);
    await until(() => b.accepted[0]?.destroyed === true);
    t.true(b.arrived.length > 0 && b.arrived.length < 20);
    t.deepEqual(b.arrived.map(({ message }) => message), sent.slice(0, b.arrived.length));
  }
});

test('R17 a link that is cut is dialled again with the next message', async (t) => {
  const b = await anEnd(t);
  const relay = await aRelay(t, b.port.port);
  const a = await anEnd(t);
  a.links.send(relay.address, aPing(a.nodeId, b.nodeId));
  await until(() => b.arrived.length === 1);
  relay.cut();
  await until(() => b.accepted[0]?.destroyed === true);
  await until(() => {
    if (b.arrived.length < 2) a.links.send(relay.address, aPing(a.nodeId, b.nodeId));
    return b.arrived.length >= 2;
  });
  t.pass();
});

test('R17 strangers that announce much and send little cost little memory, and more than the limit are hung up on', async (t) => {
  const node = await anEnd(t, { limits: { handshakesMax: 20 } });
  const before = process.memoryUsage().arrayBuffers;
  const linked = await Promise.all(Array.from({ length: 20 }, () => aStranger(t, node.port.port)));
  for (const stranger of linked) {
    await stranger.shakeHands();
    stranger.sendBytes(frameHeader(8 * 1024 * 1024));
  }
  const waiting = await Promise.all(Array.from({ length: 30 }, () => aStranger(t, node.port.port)));
  for (const { sendBytes } of waiting) sendBytes(MAGIC);
  await until(() => waiting.filter(({ socket }) => socket.destroyed).length === 10);
  t.true(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
});

test('R17 what is said after the end of a link is not heard', async (t) => {
  const node = await anEnd(t);
  const stranger = await aStranger(t, node.port.port);
  await stranger.shakeHands();
  stranger.sendFrame(aPing(randomId()));
  for (let i = 0; i < 10; i++) stranger.sendFrame(aPing(stranger.nodeId));
  t.is(await stranger.isClosed(), 'bad-message');
  t.deepEqual(node.arrived, []);
});
