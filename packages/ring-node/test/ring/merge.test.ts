import test from 'ava';
import fc from 'fast-check';
import { type Member, memberStates } from '@coring/protocol';
import { mergeMembers } from '../../src/ring/membership/merge.js';

const aMember: fc.Arbitrary<Member> = fc.record({
  nodeId: fc.constant('a'.repeat(32)),
  incarnation: fc.integer({ min: 1, max: 3 }),
  boot: fc.constantFrom('b1', 'b2'),
  address: fc.constantFrom('10.0.0.1:4043', '10.0.0.2:4043'),
  state: fc.constantFrom(...memberStates),
  position: fc.constantFrom('V', 'W'),
  capacity: fc.constantFrom(1, 2),
  features: fc.constant([]),
});
const anyMember = fc.oneof(
  aMember,
  aMember.map((member): Member => ({ ...member, forgotten: true })),
  aMember.map((member): Member => ({ ...member, away: true })),
);

test('Merging two records of a node does not depend on their order', (t) => {
  fc.assert(fc.property(anyMember, anyMember, (a, b) => t.deepEqual(mergeMembers(a, b), mergeMembers(b, a))));
});

test('Merging does not depend on the way that records took', (t) => {
  fc.assert(fc.property(anyMember, anyMember, anyMember, (a, b, c) => t.deepEqual(mergeMembers(mergeMembers(a, b), c), mergeMembers(a, mergeMembers(b, c)))));
});

test('Hearing a record again changes nothing', (t) => {
  fc.assert(fc.property(anyMember, anyMember, (a, b) => t.deepEqual(mergeMembers(mergeMembers(a, b), b), mergeMembers(a, b))));
});

test('A higher incarnation wins over any state', (t) => {
  fc.assert(
    fc.property(aMember, aMember, (a, b) => {
      const older: Member = { ...a, incarnation: 4, state: 'left' };
      const newer: Member = { ...b, incarnation: 5, state: 'up' };
      t.is(mergeMembers(older, newer), newer);
    }),
  );
});

test('At equal incarnation left wins over down, down over leaving, leaving over asleep, asleep over up', (t) => {
  fc.assert(
    fc.property(aMember, aMember, (a, b) => {
      const [lower, higher] = memberStates.indexOf(a.state) < memberStates.indexOf(b.state) ? [a, b] : [b, a];
      if (a.state !== b.state) t.is(mergeMembers({ ...lower, incarnation: 2 }, { ...higher, incarnation: 2 }).state, higher.state);
    }),
  );
  t.deepEqual(memberStates, ['up', 'asleep', 'leaving', 'down', 'left']);
});

test('A node that was forgotten stays forgotten whatever its incarnation', (t) => {
  fc.assert(fc.property(aMember, aMember, (a, b) => t.is(mergeMembers({ ...a, incarnation: 1, state: 'left', forgotten: true }, { ...b, incarnation: 9 }).forgotten, true)));
});
