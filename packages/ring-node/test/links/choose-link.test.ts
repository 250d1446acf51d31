import test from 'ava';
import * as fc from 'fast-check';
import { type LinkTraits, replaces } from '../../src/node/links/choose-link.js';

const [low, high] = ['1', '2'];
const nonces = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{8}$/), { minLength: 2, maxLength: 2 });

test('both sides keep the same one of two young links, in whatever order each sees them', (t) => {
  fc.assert(
    fc.property(nonces, fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), ([a, b], lowDialsA, lowDialsB, lowSeesAFirst, highSeesAFirst) => {
      const [atLow, atHigh] = [
        [traits(a!, lowDialsA), traits(b!, lowDialsB)] as const,
        [traits(a!, !lowDialsA), traits(b!, !lowDialsB)] as const,
      ];
      t.is(kept(atLow, lowSeesAFirst, low, high), kept(atHigh, highSeesAFirst, high, low));
    }),
  );
});

test('of two links dialled at the same time the one of the lower nodeId stays', (t) => {
  t.false(replaces(traits('b', false), traits('a', true), { own: low, peer: high }));
  t.true(replaces(traits('a', true), traits('b', false), { own: low, peer: high }));
});

test('a peer that dials again long after has lost the link there was', (t) => {
  t.true(replaces(traits('b', false), { ...traits('a', true), ageMs: 60_000 }, { own: low, peer: high }));
});

test('the link of a restarted peer replaces that of its former life, and never the other way round', (t) => {
  const [former, present] = [traits('a', true), { ...traits('b', false), boot: 'later', incarnation: 2 }];
  t.true(replaces(present, former, { own: low, peer: high }));
  t.false(replaces(former, present, { own: low, peer: high }));
});

function traits(nonce: string, weDialled: boolean): LinkTraits {
  return { role: weDialled ? 'dialler' : 'acceptor', incarnation: 1, boot: 'boot', nonce, ageMs: 5 };
}

function kept([a, b]: readonly [LinkTraits, LinkTraits], aFirst: boolean, own: string, peer: string): string {
  const [existing, candidate] = aFirst ? [a, b] : [b, a];
  return replaces(candidate, existing, { own, peer }) ? candidate.nonce : existing.nonce;
}
