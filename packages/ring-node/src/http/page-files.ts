import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** Made by `npm run build`. As deep from here as from the bundle. */
const folder = new URL('../../../page/', import.meta.url);

/** Codings in which a file may lie beside itself, the best first, with the ending of its name. */
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  /** Quoted; each coding of a file has one of its own. */
  etag(coding: string): string;
  /** The bytes in each coding there is, and as they are (`identity`). */
  readonly bytes: ReadonlyMap<string, Buffer>;
}

/** The files of the page by name, read once, at the first request. Empty where the build has none. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder).catch((): string[] => []);
  const contents = new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const)));
  const files = new Map<string, PageFile>();
  for (const [name, plain] of contents) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const coded = codings.flatMap(([coding, ending]) => {
      const bytes = contents.get(name + ending);
      return bytes === undefined ? [] : [[coding, bytes] as const];
    });
    const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
    files.set(name, { type, etag: (coding) => `"${digest}-${coding}"`, bytes: new Map([...coded, ['identity', plain]]) });
  }
  return files;
}
