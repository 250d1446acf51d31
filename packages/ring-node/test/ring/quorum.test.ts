import test from 'ava';
import { isTold } from '../../src/ring/files/quorum.js';
import type { Reply } from '../../src/ring/files/scope.js';
import type { Mutation } from '../../src/ring/mutations.js';
import type { RingState } from '../../src/ring/state.js';

const needed = [{ number: 3, voters: ['a', 'b', 'c'] }];

function said(result: Reply['result'], ...ready: number[]): Reply {
  return { result, ready, floor: 0, epoch: 3 };
}

function told(replies: Readonly<Record<string, Reply>>, epochs = needed, ...mutations: Mutation[]): boolean {
  return isTold({ mutations: new Set(mutations) } as unknown as RingState, epochs, new Map(Object.entries(replies)));
}

test('a majority of voters that have copied all of the epoch has told everything', (t) => {
  t.true(told({ a: said('ok', 3), b: said('ok', 3) }));
  t.true(told({ a: said('ok', 3), b: said('ok'), c: said('ok', 3) }));
});

test('a majority with a voter that has not may have heard nothing of what was chosen before', (t) => {
  t.false(told({ a: said('ok', 3), b: said('ok') }));
  t.false(told({ a: said('ok', 3), b: said('ok', 2) }));
  t.true(told({ a: said('ok', 3), b: said('ok') }, needed, 'no-joint-quorum'));
});

test('who refuses has told nothing', (t) => {
  t.false(told({ a: said('ok', 3), b: said('nack', 3) }));
});

test('who is ready for a later epoch alone has told all of this one as a voter of that one, and may else have let go of it', (t) => {
  const both = [{ number: 3, voters: ['a'] }, { number: 4, voters: ['b'] }];
  t.false(told({ a: said('ok', 4), b: said('ok') }, both));
  t.true(told({ a: said('ok', 3, 4), b: said('ok') }, both));
  t.true(told({ a: said('ok', 4), b: said('ok') }, both, 'later-copy-tells'));
  t.true(told({ a: said('ok', 4) }, [{ number: 3, voters: ['a'] }, { number: 4, voters: ['a'] }]));
});
