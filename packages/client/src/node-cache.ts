import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fits } from '@coring/protocol/validate';

/** What is remembered of the ring behind one address. */
export interface KeptRing {
  readonly ringId: string;
  readonly addresses: readonly string[];
}

/** Remembers, between runs, which nodes there are beside the one that is named: it may be dead the next time. */
export interface NodeCache {
  read(named: string): KeptRing | undefined;
  write(named: string, kept: KeptRing): void;
}

export const noCache: NodeCache = { read: () => undefined, write: () => {} };

const KEPT_MAX = 50;

const keptSchema = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: { ringId: { type: 'string' }, addresses: { type: 'array', items: { type: 'string', maxLength: 300 }, maxItems: 10_000 } },
    required: ['ringId', 'addresses'],
  },
} as const;

/** A small file; whatever goes wrong with it is no reason to fail. */
export function fileCache(file: string): NodeCache {
  const read = (): Record<string, KeptRing> => {
    try {
      const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return fits(keptSchema, kept) === undefined ? (kept as Record<string, KeptRing>) : {};
    } catch {
      return {};
    }
  };
  return {
    read: (named) => new Map(Object.entries(read())).get(named),
    write(named, kept) {
      // The newest comes last, and the oldest give way.
      const others = Object.entries(read()).filter(([address]) => address !== named);
      const temporary = `${file}.${randomBytes(4).toString('hex')}`;
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(temporary, JSON.stringify(Object.fromEntries([...others.slice(1 - KEPT_MAX), [named, kept]])));
        renameSync(temporary, file);
      } catch {
        rmSync(temporary, { force: true });
      }
    },
  };
}

/** Where the cache of this user is; none with CORING_NO_CACHE=1. Source: XDG Base Directory Specification. */
export function userCache(env: NodeJS.ProcessEnv): NodeCache {
  if ((env.CORING_NO_CACHE ?? '') !== '') return noCache;
  const base = env.XDG_CACHE_HOME?.startsWith('/') === true ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  return fileCache(join(base, 'coring', 'nodes.json'));
}
