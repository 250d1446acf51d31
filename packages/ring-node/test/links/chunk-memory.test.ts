import test from 'ava';
import { chunkMemory, giveBack } from '../../src/node/links/chunk-memory.js';

const USUAL = 256 * 1024;

test('the memory of a chunk that was given back is used for another one, and only for one', (t) => {
  const first = chunkMemory(USUAL);
  giveBack(first.subarray(4));
  const second = chunkMemory(USUAL - 1_000);
  t.is(second.buffer, first.buffer);
  t.is(second.length, USUAL - 1_000);
  t.not(chunkMemory(USUAL).buffer, first.buffer);
});

test('memory of chunks in use is not shared', (t) => {
  const [one, other] = [chunkMemory(USUAL), chunkMemory(USUAL)];
  t.not(one.buffer, other.buffer);
});

test('small and very large pieces, and memory from elsewhere, stay out of it', (t) => {
  for (const bytes of [Buffer.alloc(USUAL), Buffer.from('a'), chunkMemory(10), chunkMemory(10 * USUAL)]) {
    giveBack(bytes);
    t.not(chunkMemory(USUAL).buffer, bytes.buffer);
  }
});
