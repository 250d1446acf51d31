import type { Stamp } from '@coring/protocol';
import type { Store } from '../src/store.js';

export const node = '0f'.repeat(16);

export function version(time: number): Stamp {
  return { time, node };
}

export async function staged(store: Store, ...chunks: readonly Uint8Array[]): Promise<string> {
  const staging = await store.stage();
  for (const chunk of chunks) await staging.write(chunk);
  await staging.seal();
  return staging.token;
}

export async function put(store: Store, name: string, time: number, content: string): Promise<void> {
  await store.commit([{ do: 'keep', name, version: version(time), token: await staged(store, Buffer.from(content)) }]);
}

/** Undefined where the store has none. */
export async function contentOf(store: Store, what: Parameters<Store['read']>[0], range?: { start: number; end: number }): Promise<string | undefined> {
  const opened = await store.read(what, range);
  return opened && Buffer.concat((await opened.stream.toArray()) as Buffer[]).toString();
}

/** Content whose every place is told from every other. */
export function patterned(size: number): Buffer {
  const content = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) content.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  return content;
}
