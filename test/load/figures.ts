import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestNode } from '../a-ring.js';

/** What a node takes of its machine, at one moment. */
export interface Figures {
  /** Memory of the process, in bytes. */
  readonly rss: number;
  /** What JavaScript objects take of it, in bytes; garbage counts. */
  readonly heap: number;
  /** Open descriptors: files and connections. */
  readonly descriptors: number;
  /** What the data directory takes on the disk, in bytes. */
  readonly disk: number;
  /** Bytes of files kept in it. */
  readonly kept: number;
}

/** @throws Error where the node does not answer, or has ended */
export async function figuresOf({ url, pid, data }: TestNode): Promise<Figures> {
  const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(30_000) })).text();
  const gauge = (name: string): number => {
    const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text);
    if (found === null) throw new Error(`there is no ${name}`);
    return Number(found[1]);
  };
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const descriptors = await readdir(`/proc/${pid}/fd`);
  return {
    rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024,
    heap: gauge('nodejs_heap_size_used_bytes'),
    descriptors: descriptors.length,
    disk: await diskUse(data),
    kept: gauge('coring_bytes'),
  };
}

async function diskUse(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // One that is replaced or removed meanwhile takes nothing.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += 512 * (found?.blocks ?? 0);
  }
  return bytes;
}
