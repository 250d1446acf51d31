/** Length of each piece of memory, in bytes. */
export const CHUNK_BYTES = 1_048_576;

/** Pieces that are kept for later: 8 MiB. */
const KEPT_MAX = 8;

const kept: Buffer[] = [];
const lent = new WeakSet<ArrayBufferLike>();

/** Memory for a chunk of large content, used before where there is any: to have it new for each costs more than to fill it. */
export function chunkMemory(): Buffer {
  const memory = kept.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  lent.add(memory.buffer);
  return memory;
}

/**
 * Gives the memory of what a stream of kept bytes gave back to the store, which fills it anew: for who will not look at it again, nor has anybody
 * else do so. Nobody has to, what is not given back is lost to the garbage collector, no more; and what came from elsewhere is left alone.
 */
export function giveBackRead({ buffer }: Uint8Array): void {
  if (lent.delete(buffer) && kept.length < KEPT_MAX) kept.push(Buffer.from(buffer));
}
