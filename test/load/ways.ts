import { type ErrorBody, type Grade, headers as fields, type ListBody, paths } from '@coring/protocol';
import { ClientError, contentOf, nodeClient } from '@coring/client';
import type { TestNode } from '../a-ring.js';
import { sha256, urlOf } from '../files.js';

export interface Read {
  /** sha-256 of the bytes that came, in hex; undefined where there is no such file. */
  readonly digest?: string;
  /** Undefined where the way does not tell. */
  readonly grade?: Grade | undefined;
}

export interface Listed {
  /** By name. */
  readonly digests: ReadonlyMap<string, string>;
  readonly isSure: boolean;
}

/** One content that a write may be on: `undefined` is anything, `null` no file at all. */
export type Base = string | null | undefined;

/** How a client asks. Each of these throws where the request is not served. */
export interface Way {
  readonly title: string;
  put(name: string, bytes: Uint8Array<ArrayBuffer>, on: Base): Promise<Grade | undefined>;
  get(name: string): Promise<Read>;
  remove(name: string): Promise<Grade | undefined>;
  /** The names that begin so: fewer than a page takes. */
  list(prefix: string): Promise<Listed>;
  close(): Promise<void>;
}

/** So long a request may take, in milliseconds. */
const PATIENCE_MS = 30_000;

/** What the library does, and webclient by it: it is given one node, and goes to the others by itself. */
export function throughLibrary(address: string): Way {
  const client = nodeClient({ address, timeoutMs: PATIENCE_MS });
  return {
    title: `library, ${address} first`,
    put: async (name, bytes, on) => (await client.put(name, contentOf(bytes), on === undefined ? {} : on === null ? { ifNoneMatch: '*' } : { ifMatch: `"${on}"` })).grade,
    async get(name) {
      try {
        const { body, receipt } = await client.get(name);
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return { digest: sha256(Buffer.concat(chunks)), grade: receipt.grade };
      } catch (error) {
        if (error instanceof ClientError && error.code === 'not-found') return {};
        throw error;
      }
    },
    remove: async (name) => (await client.remove(name)).grade,
    list: async (prefix) => listed(await client.listPage({ prefix, limit: 1000 })),
    close: () => client.close(),
  };
}

/** Plain requests, each to one node and to no other. */
export function plainly(pick: () => TestNode): Way {
  const ask = async (url: (node: TestNode) => string, init: RequestInit): Promise<{ response: Response; bytes: Uint8Array<ArrayBuffer> }> => {
    const node = pick();
    try {
      const response = await fetch(url(node), { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.ok || response.status === 404) return { response, bytes };
      const { error } = JSON.parse(Buffer.from(bytes).toString()) as ErrorBody;
      throw new NotServed(node, `${response.status} ${error.code}: ${error.message}`);
    } catch (error) {
      if (error instanceof NotServed) throw error;
      const cause = (error as Error).cause as Error | undefined;
      throw new NotServed(node, [(error as Error).message, cause?.message].join(': '));
    }
  };
  return {
    title: 'plain',
    async put(name, body, on) {
      const { response } = await ask((node) => urlOf(node, name), { method: 'PUT', body, headers: on === undefined ? {} : on === null ? { 'if-none-match': '*' } : { 'if-match': `"${on}"` } });
      return gradeOf(response);
    },
    async get(name) {
      const { response, bytes } = await ask((node) => urlOf(node, name), {});
      return { ...(response.ok ? { digest: sha256(bytes) } : {}), grade: gradeOf(response) };
    },
    async remove(name) {
      return gradeOf((await ask((node) => urlOf(node, name), { method: 'DELETE' })).response);
    },
    async list(prefix) {
      const { bytes } = await ask((node) => `${node.url}${paths.files}?prefix=${encodeURIComponent(prefix)}&limit=1000`, {});
      return listed(JSON.parse(Buffer.from(bytes).toString()) as ListBody);
    },
    close: async () => {},
  };
}

/** A node did not do what it was asked for. */
class NotServed extends Error {
  constructor(node: TestNode, message: string) {
    super(`${node.address}: ${message}`);
  }
}

function gradeOf({ headers }: Response): Grade | undefined {
  return (headers.get(fields.grade) ?? undefined) as Grade | undefined;
}

function listed({ files, grade, partial = false }: ListBody): Listed {
  return { digests: new Map(files.map(({ name, etag }) => [name, etag.slice(1, -1)])), isSure: grade === 'strong' && !partial };
}
