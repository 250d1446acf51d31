import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RingBody } from '@coring/protocol';
import test, { type ExecutionContext } from 'ava';
import { aGuardedRing, type GuardedRing } from './a-guarded-ring.js';
import { aFolder, until, whole } from './a-ring.js';
import { lengthOf, Stranger } from './an-attacker.js';

interface Attack {
  readonly what: string;
  readonly attack: (stranger: Stranger, ring: GuardedRing) => void | Promise<void>;
  /** How the node ends the link. */
  readonly end: string;
}

const beforeTheHandshake: Attack[] = [
  { what: 'HTTP after the magic', end: 'bad-frame', attack: (one) => one.sendBytes('GET /ring HTTP/1.1\r\n\r\n') },
  { what: 'random bytes', end: 'bad-frame', attack: (one) => one.sendBytes(Buffer.alloc(5000, 0xa5)) },
  { what: 'an over-long frame', end: 'bad-frame', attack: (one) => one.sendBytes(lengthOf(2 ** 32 - 1)) },
  { what: 'an empty frame', end: 'bad-frame', attack: (one) => one.sendBytes(lengthOf(0)) },
  { what: 'a HELLO that is not JSON', end: 'bad-message', attack: (one) => one.sendFrame('{"type":"HELLO"') },
  { what: 'a HELLO that is not UTF-8', end: 'bad-message', attack: (one) => one.sendFrame(Buffer.from([0x22, 0xff, 0x22])) },
  { what: 'a HELLO that is no object', end: 'bad-message', attack: (one) => one.sendFrame('null') },
  { what: 'a HELLO of the wrong shape', end: 'bad-message', attack: (one) => one.sendHello({ address: 7 }) },
  { what: 'a HELLO of another ring', end: 'other-ring', attack: (one) => one.sendHello({ ringId: '0'.repeat(32) }) },
  { what: 'a HELLO of another protocol', end: 'unsupported-version', attack: (one) => one.sendHello({ protocol: { min: 2, max: 99 } }) },
  { what: "the node's own id", end: 'itself', attack: (one, { nodes }) => one.sendHello({ nodeId: nodes[0].nodeId }) },
  { what: 'a message before the handshake', end: 'bad-message', attack: (one, { ringId }) => one.say('PING', ringId) },
];

const withoutTheSecret: Attack[] = [
  { what: 'no secret', end: 'wrong-secret', attack: (one) => one.sendHello() },
  { what: 'a made-up proof', end: 'wrong-secret', attack: (one) => (one.sendHello({ secret: true }), one.sendFrame({ type: 'PROOF', mac: '0'.repeat(64) })) },
  { what: 'an empty proof', end: 'wrong-secret', attack: (one) => (one.sendHello({ secret: true }), one.sendFrame({ type: 'PROOF', mac: '' })) },
  { what: 'a message instead of a proof', end: 'bad-message', attack: (one, { ringId }) => (one.sendHello({ secret: true }), one.say('PING', ringId)) },
  { what: 'the id of the other node', end: 'wrong-secret', attack: (one, { nodes }) => (one.sendHello({ nodeId: nodes[1].nodeId, secret: true }), one.sendFrame({ type: 'PROOF', mac: 'f'.repeat(64) })) },
];

const afterTheHandshake: Attack[] = [
  { what: 'a message of an unknown type', end: 'bad-message', attack: (one, { ringId }) => one.say('EVICT', ringId) },
  { what: 'a message that is named like a method', end: 'bad-message', attack: (one, { ringId }) => one.say('constructor', ringId) },
  { what: 'a message of the wrong shape', end: 'bad-message', attack: (one, { ringId }) => one.say('PING', ringId, { news: 'all of it' }) },
  { what: 'a message of version 99', end: 'bad-message', attack: (one, { ringId }) => one.say('PING', ringId, { v: 99 }) },
  { what: 'a message in the name of the other node', end: 'bad-message', attack: (one, { ringId, nodes }) => one.say('PING', ringId, { from: nodes[1].nodeId }) },
  { what: 'no JSON', end: 'bad-message', attack: (one) => one.sendFrame('PING') },
  { what: 'JSON a million brackets deep', end: 'bad-message', attack: (one) => one.sendFrame('['.repeat(1_000_000)) },
  { what: 'an over-long message', end: 'bad-frame', attack: (one) => one.sendBytes(lengthOf(8 * 1024 * 1024 + 1)) },
  { what: 'FETCH where messages are spoken', end: 'bad-message', attack: (one) => one.sendFrame({ type: 'FETCH', name: 'kept', offset: 0 }) },
];

test('R17 a stranger who speaks like a peer without the secret is refused with a code, and nothing changes', async (t) => {
  const file = join(await aFolder(t), 'ring.secret');
  await writeFile(file, 'a secret of this ring, long enough', { mode: 0o600 });
  const ring = await aGuardedRing(t, ['--secret-file', file]);
  await allEnd(t, ring, [...beforeTheHandshake, ...withoutTheSecret], false);
  await ring.unharmed();
});

test('R17 a stranger who says what is no message is hung up on with a code, and nothing changes', async (t) => {
  const ring = await aGuardedRing(t);
  await allEnd(t, ring, beforeTheHandshake, false);
  await allEnd(t, ring, afterTheHandshake, true);
  const wrongRing = new Stranger(t, ring.nodes[0]);
  await wrongRing.shakeHands();
  wrongRing.say('PING', '0'.repeat(32));
  t.is(await wrongRing.isRefused('0'.repeat(32), { wants: {}, heldFiles: true }), 'other-ring');
  await ring.unharmed();
});

test('R17 what a stranger says of the members, they refute', async (t) => {
  const ring = await aGuardedRing(t);
  const { nodes, ringId } = ring;
  const [a, b] = nodes;
  for (const state of ['down', 'left', 'leaving']) {
    const before = await a.ring();
    const members = nodes.map(({ nodeId }) => ({ ...recordOf(nodeId, before), state }));
    const liar = new Stranger(t, a);
    await liar.shakeHands();
    liar.say('PING', ringId, { news: members, accusations: members.map(({ nodeId, incarnation }) => ({ nodeId, incarnation })) });
    t.is(await liar.isRefused(ringId), 'other-settings');
    await until(async () => (await b.ring()).nodes.every(({ nodeId, incarnation }) => incarnation > before.nodes.find((known) => known.nodeId === nodeId)!.incarnation), `both to refute that they are ${state}`);
    await whole(nodes);
    liar.hangUp();
  }
  await ring.unharmed();
});

test('R17 who belongs to no ring decides nothing about its epochs', async (t) => {
  const ring = await aGuardedRing(t);
  const { nodes, ringId } = ring;
  const liar = new Stranger(t, nodes[0]);
  await liar.shakeHands();
  const { settings, epoch } = await nodes[0].ring();
  const forged = { epochs: [{ number: 999, members: [{ nodeId: liar.nodeId, capacity: 1 }], settings }], oldestEpoch: 999, floor: Date.now() * 1000 + 10 ** 12 };
  liar.say('ROSTER', ringId, { ...forged, roster: [], answer: false });
  const lap = { lap: 'forged', origin: liar.nodeId, seq: 1, arc: 0, arcs: 1, arcEnd: liar.nodeId, hop: 1, hopsMax: 2 ** 50, deadlineMs: 10 ** 9, seen: [], skipped: [] };
  liar.say('CHECK', ringId, { ...forged, ...lap, cleared: forged.floor, fold: { count: 1, minSynced: 999, minClean: 2 ** 52, full: 1 } });
  t.is(await liar.isRefused(ringId), 'other-settings');
  await ring.unharmed();
  t.is((await nodes[0].ring()).epoch, epoch);
});

test('R17 what a stranger forwards ends, and reaches no file outside of the ring', async (t) => {
  const ring = await aGuardedRing(t);
  const { nodes, ringId } = ring;
  const one = new Stranger(t, nodes[0]);
  await one.shakeHands();
  const walk = { origin: one.nodeId, op: 'GET', mode: 'walk', hop: 0, hopsMax: Number.MAX_SAFE_INTEGER, deadlineMs: 1e300, visited: [], sources: [] };
  for (const name of ['kept', '../../etc/passwd', '/etc/passwd', 'a\0b']) {
    one.say('FORWARD', ringId, { ...walk, request: `walk ${name}`, name });
    one.say('FORWARD', ringId, { ...walk, request: `home ${name}`, name, origin: nodes[0].nodeId });
    one.say('FORWARD', ringId, { ...walk, request: `far ${name}`, name, hop: Number.MAX_SAFE_INTEGER, version: { time: 1, node: one.nodeId } });
    one.say('FORWARD', ringId, { ...walk, request: `put ${name}`, name, op: 'PUT', mode: 'direct', digest: '0'.repeat(64), size: 2 ** 50, sources: [{ nodeId: one.nodeId, token: '../../etc/passwd' }] });
  }
  t.is(await one.isRefused(ringId), 'other-settings');

  const asker = new Stranger(t, nodes[0]);
  await asker.shakeHands({ purpose: 'bulk' });
  const version = { time: 1, node: one.nodeId };
  const wanted = [
    { name: '../../etc/passwd' }, { name: '../../etc/passwd', version }, { name: 'kept', version }, { name: 'kept' },
    { name: 'kept', token: '../../../../etc/passwd' }, { name: 'kept', token: '/etc/passwd', version }, { name: 'kept', token: 'a\0b' },
  ];
  for (const what of wanted) {
    const before = asker.heard.length;
    asker.sendFrame({ type: 'FETCH', offset: 0, ...what });
    await until(() => asker.heard.length > before, `an answer to ${JSON.stringify(what)}`);
    t.like(asker.heard.at(-1), { type: 'BYTES', ok: false, code: 'not-found' }, JSON.stringify(what));
  }
  asker.sendFrame({ type: 'FETCH', offset: 0, name: 'kept', version: { time: 1, node: '../../../../etc/passwd' } });
  t.is(await asker.end(), 'bad-message');
  await ring.unharmed();
});

async function allEnd(t: ExecutionContext, ring: GuardedRing, attacks: readonly Attack[], shakesHands: boolean): Promise<void> {
  const ends = attacks.map(async ({ attack }) => {
    const stranger = new Stranger(t, ring.nodes[0]);
    if (shakesHands) await stranger.shakeHands();
    await attack(stranger, ring);
    return stranger.end();
  });
  t.deepEqual((await Promise.all(ends)).map((end, i) => `${attacks[i]!.what}: ${end}`), attacks.map(({ what, end }) => `${what}: ${end}`));
}

/** The record of a member, made up from what anybody can see of it. */
function recordOf(id: string, { nodes }: RingBody) {
  const { nodeId, address, incarnation, position, capacity } = nodes.find((node) => node.nodeId === id)!;
  return { nodeId, address, incarnation, position, capacity, boot: 'forged', features: [] };
}
