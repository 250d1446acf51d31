import { randomBytes } from 'node:crypto';
import test from 'ava';
import * as fc from 'fast-check';
import { beginHandshake, type Handshake, type HandshakeStep, type HelloFields, onHandshakeFrame } from '../../src/node/links/handshake.js';
import { Seal, type SealKeys } from '../../src/node/links/seal.js';
import { randomId } from './two-nodes.js';

const secret = randomBytes(32);

test('two nodes with the same secret open the link with the same keys, crossed', (t) => {
  const [dialler, acceptor] = shake(begin('dialler'), begin('acceptor'));
  if (dialler.type !== 'open' || acceptor.type !== 'open') return t.fail();
  t.is(dialler.protocol, 1);
  const { keys: ours } = dialler as { keys: SealKeys };
  const { keys: theirs } = acceptor as { keys: SealKeys };
  t.true(ours.sends.equals(theirs.receives));
  t.true(ours.receives.equals(theirs.sends));
  t.false(ours.sends.equals(ours.receives));
});

test('no two links have the same keys', (t) => {
  const [first, second] = [shake(begin('dialler'), begin('acceptor'))[0], shake(begin('dialler'), begin('acceptor'))[0]];
  if (first.type !== 'open' || second.type !== 'open') return t.fail();
  t.false(first.keys?.sends.equals(second.keys!.sends));
});

test('without a secret the link opens unsealed', (t) => {
  const [dialler, acceptor] = shake(begin('dialler', {}, null), begin('acceptor', {}, null));
  t.like(dialler, { type: 'open', keys: undefined });
  t.like(acceptor, { type: 'open', keys: undefined });
});

test('a wrong secret and a missing one are refused with the same words', (t) => {
  const [wrong] = shake(begin('dialler'), begin('acceptor', {}, randomBytes(32)));
  const [missing] = shake(begin('dialler'), begin('acceptor', {}, null));
  const [unexpected] = shake(begin('dialler', {}, null), begin('acceptor'));
  t.is(unexpected.type === 'refuse' && unexpected.error.code, 'wrong-secret');
  if (wrong.type !== 'refuse' || missing.type !== 'refuse') return t.fail();
  t.is(wrong.error.code, 'wrong-secret');
  t.is(missing.error.code, 'wrong-secret');
  t.is(wrong.error.message, missing.error.message);
});

test('a proof that is sent back to its maker is no proof', (t) => {
  const acceptor = begin('acceptor');
  const dialler = onHandshakeFrame(begin('dialler'), acceptor.ownFrame);
  if (dialler.type !== 'goes-on') return t.fail();
  t.like(onHandshakeFrame(dialler.handshake, dialler.send), { type: 'refuse' });
});

test('a proof of another link is no proof', (t) => {
  const before = onHandshakeFrame(begin('acceptor'), begin('dialler').ownFrame);
  const now = onHandshakeFrame(begin('dialler'), begin('acceptor').ownFrame);
  if (before.type !== 'goes-on' || now.type !== 'goes-on') return t.fail();
  t.like(onHandshakeFrame(now.handshake, before.send), { type: 'refuse' });
});

test('another ring is refused, no ring yet is not', (t) => {
  const [mine, other] = [randomId(), randomId()];
  t.like(shake(begin('dialler', { ringId: mine }), begin('acceptor', { ringId: other }))[0], { type: 'refuse' });
  t.like(shake(begin('dialler', { ringId: mine }), begin('acceptor', { ringId: mine }))[0], { type: 'open' });
  t.like(shake(begin('dialler', { ringId: mine }), begin('acceptor'))[0], { type: 'open' });
});

test('a node does not link to itself', (t) => {
  const nodeId = randomId();
  const [dialler] = shake(begin('dialler', { nodeId }), begin('acceptor', { nodeId }));
  t.is(dialler.type === 'refuse' && dialler.error.code, 'itself');
});

test('versions are settled on, or refused where none is shared', (t) => {
  const newer = (min: number, max: number): Buffer => Buffer.from(JSON.stringify({ ...begin('acceptor').own, protocol: { min, max } }));
  t.is(onHandshakeFrame(begin('dialler'), newer(1, 9)).type, 'goes-on');
  const refused = onHandshakeFrame(begin('dialler'), newer(2, 9));
  t.is(refused.type === 'refuse' && refused.error.code, 'unsupported-version');
});

test('a newer HELLO may have more fields, which the proof covers too', (t) => {
  const newer = begin('acceptor');
  const own = { ...newer.own, laterField: [1, 2] };
  const [dialler, acceptor] = shake(begin('dialler'), { ...newer, ownFrame: Buffer.from(JSON.stringify(own)) });
  t.like([dialler, acceptor], { 0: { type: 'open' }, 1: { type: 'open' } });
});

test('nothing but a handshake is taken in a handshake', (t) => {
  for (const frame of ['{"type":"PING"}', '{"type":"PROOF","mac":""}', '[]', 'null', '"HELLO"', '{}', '\u0000']) {
    t.like(onHandshakeFrame(begin('acceptor'), Buffer.from(frame)), { type: 'refuse' }, frame);
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => t.is(onHandshakeFrame(begin('acceptor'), Buffer.from(bytes)).type, 'refuse')), { numRuns: 200 });
});

test('a frame that is changed, repeated, left out or turned back has a wrong seal', (t) => {
  const [dialler, acceptor] = shake(begin('dialler'), begin('acceptor'));
  if (dialler.type !== 'open' || acceptor.type !== 'open') return t.fail();
  const { keys: ours } = dialler as { keys: SealKeys };
  const { keys: theirs } = acceptor as { keys: SealKeys };
  const sealed = (seal: Seal, payload: string): Buffer => Buffer.concat([Buffer.from(payload), seal.of(Buffer.from(payload))]);
  const sends = new Seal(ours.sends);
  const [first, second] = [sealed(sends, 'first'), sealed(sends, 'second')];
  const receives = (): Seal => new Seal(theirs.receives);

  const whole = receives();
  t.deepEqual([whole.open(first)?.toString(), whole.open(second)?.toString()], ['first', 'second']);
  t.is(whole.open(second), undefined, 'repeated');
  t.is(receives().open(second), undefined, 'the one before left out');
  t.is(new Seal(ours.receives).open(first), undefined, 'turned back');
  for (let at = 0; at < first.length; at++) {
    const changed = Buffer.from(first);
    changed[at]! ^= 1;
    t.is(receives().open(changed), undefined);
  }
  t.is(receives().open(first.subarray(0, 16)), undefined, 'nothing but a seal');
});

function begin(role: Handshake['role'], fields: Partial<HelloFields> = {}, key: Uint8Array | null = secret): Handshake {
  const nonce = randomBytes(16).toString('hex');
  return beginHandshake(role, { purpose: 'control', nodeId: randomId(), incarnation: 1, boot: 'b', address: '127.0.0.1:1', nonce, features: [], ...fields }, key ?? undefined);
}

/** Both sides' last step. A side that is refused stays at its first. */
function shake(dialler: Handshake, acceptor: Handshake): [HandshakeStep, HandshakeStep] {
  const [first, second] = [onHandshakeFrame(dialler, acceptor.ownFrame), onHandshakeFrame(acceptor, dialler.ownFrame)];
  if (first.type !== 'goes-on' || second.type !== 'goes-on') return [first, second];
  return [onHandshakeFrame(first.handshake, second.send), onHandshakeFrame(second.handshake, first.send)];
}
