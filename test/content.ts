import { createHash } from 'node:crypto';

export const BLOCK_BYTES = 256 * 1024;

/** Content of any size that follows from a number: no two blocks, and no two contents, are alike. */
export function* contentBlocks(size: number, seed: number): Generator<Uint8Array, void> {
  const block = new Uint8Array(BLOCK_BYTES);
  for (let at = 0, word = seed; at < block.length; at++) block[at] = (word = Math.imul(word, 1_664_525) + 1_013_904_223) >>> 24;
  const view = new DataView(block.buffer);
  for (let sent = 0; sent < size; sent += block.length) {
    view.setFloat64(0, sent);
    yield Uint8Array.from(size - sent < block.length ? block.subarray(0, size - sent) : block);
  }
}

/** sha-256 of it, in hex. */
export function digestOfContent(size: number, seed: number): string {
  const hash = createHash('sha256');
  for (const block of contentBlocks(size, seed)) hash.update(block);
  return hash.digest('hex');
}
