import { open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestNode } from './a-ring.js';

/** What may become of kept bytes on a disk. */
export const damages: readonly { readonly what: string; readonly size: number; readonly damage: (path: string, at: number) => Promise<void> }[] = [
  { what: 'a small content with a flipped bit', size: 1000, damage: (path, at) => flip(path, at + 500) },
  { what: 'a large content with a flipped bit', size: 300_000, damage: (path, at) => flip(path, at + 200_000) },
  { what: 'a large content that is cut short', size: 300_000, damage: (path, at) => truncate(path, at + 100_000) },
  { what: 'a large content that is gone', size: 300_000, damage: (path) => rm(path) },
];

/** The file of the data directory that holds these bytes, and where in it they begin. */
export async function find({ data }: TestNode, bytes: Uint8Array): Promise<{ readonly path: string; readonly at: number }> {
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // One that a repair replaces meanwhile is gone.
    const at = (await readFile(path).catch(() => Buffer.alloc(0))).indexOf(bytes);
    if (at >= 0) return { path, at };
  }
  throw new Error('the bytes are not on the disk');
}

export async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    buffer[0]! ^= 1;
    await file.write(buffer, 0, 1, at);
  } finally {
    await file.close();
  }
}

/** How many events of a type the node has counted. */
export async function events(node: TestNode, type: string): Promise<number> {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  return Number(new RegExp(`^coring_events_total{type="${type}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
