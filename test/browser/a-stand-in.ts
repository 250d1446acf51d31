import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { type CensusBody, type CopiesBody, type EventAt, filePath, type ListBody, type RingBody } from '@coring/protocol';
import type { ExecutionContext } from 'ava';

const folder = new URL('../../../packages/ring-node/page/', import.meta.url);
const types: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
/** That of a node: only this server. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

/** Something that tells the page of more nodes than a machine can run: it answers as a node does, from what it is given. */
export interface StandIn {
  readonly url: string;
  readonly ring: RingBody;
  /** Tells it to all pages that listen. */
  tell(event: EventAt): void;
}

/** A whole ring of so many nodes with so many files, and nothing happens until it is told. Every receipt says three copies; whoever has them read finds two. */
export async function aStandIn(t: ExecutionContext, nodes: number, files: number): Promise<StandIn> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, answer) => void respond(request, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ring = aRingOf(nodes, `127.0.0.1:${port}`, files);
  const list = Array.from({ length: files }, (_, i) => fileOf(i));
  let lastId = 0;

  function ownersAt(path: string): string[] {
    return [1, 2, 3].map((i) => ring.nodes[(path.length + i) % nodes]!.nodeId);
  }

  function countedOf(name: string): CensusBody {
    const owners = ownersAt(filePath(name));
    return { files: [{ name, version: 'v', owners, copies: owners.slice(1).map((nodeId) => ({ nodeId, version: 'v', role: 'current', sound: true })) }] };
  }

  async function respond({ url = '/', method }: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(url, 'http://127.0.0.1');
    if (path === '/ring') return json(answer, { ...ring, uptimeMs: Math.round(performance.now()) });
    if (path === '/ring/copies') return json(answer, { wanted: 3, files, byCopies: { 3: files }, partial: false } satisfies CopiesBody);
    if (path === '/ring/census') return json(answer, countedOf(searchParams.get('name')!));
    if (path === '/files/') return json(answer, pageOf(list.filter(({ name }) => name.startsWith(searchParams.get('prefix') ?? '')), searchParams.get('after') ?? '', Number(searchParams.get('limit'))));
    if (path === '/events') {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      listeners.add(answer);
      answer.once('close', () => listeners.delete(answer));
      return;
    }
    if (method === 'HEAD') {
      answer.writeHead(200, { 'coring-copies': '3/3', 'coring-grade': 'strong', 'coring-nodes': ownersAt(path).join(', '), 'coring-version': 'v', etag: '"0"' }).end();
      return;
    }
    const file = path === '/' ? 'index.html' : path.slice('/page/'.length);
    const bytes = await readFile(new URL(file, folder)).catch(() => undefined);
    if (bytes === undefined) return void answer.writeHead(404).end();
    answer.writeHead(200, { 'content-type': types[file.split('.').at(-1)!]!, ...(path === '/' ? { 'content-security-policy': policy } : {}) }).end(bytes);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    ring,
    tell(event) {
      const id = event.type === 'load' ? '' : `id: ${++lastId}\n`;
      for (const listener of listeners) listener.write(`${id}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
  };
}

/** The files stand in the order of their numbers. */
export function fileOf(i: number): ListBody['files'][number] {
  const name = `folder ${String(Math.floor(i / 50)).padStart(2, '0')}/file ${String(i).padStart(4, '0')}.bin`;
  return { name, size: 1000 + i * 997, type: 'application/octet-stream', etag: '"0"', version: `${i}-0`, modified: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString() };
}

function pageOf(all: ListBody['files'], after: string, limit: number): ListBody {
  const from = all.findIndex(({ name }) => name > after);
  const files = all.slice(from, from + limit);
  return { files, grade: 'strong', ...(from + limit < all.length ? { next: files.at(-1)!.name } : {}) };
}

function aRingOf(count: number, self: string, files: number): RingBody {
  const nodes = Array.from({ length: count }, (_, i): RingBody['nodes'][number] => ({
    nodeId: i.toString(16).padStart(32, '0'),
    address: i === 0 ? self : `10.0.${Math.floor(i / 10)}.${i}:4043`,
    state: 'up',
    incarnation: 1,
    position: i.toString(16).padStart(16, '0'),
    capacity: 1,
    files: Math.round((files * 3) / count),
    bytes: 1_000_000 + i,
    freeBytes: 100_000_000_000,
    lagMs: 1,
    syncedEpoch: 1,
  }));
  const [first, last] = [nodes[0]!.nodeId, nodes.at(-1)!.nodeId];
  return {
    ringId: 'f'.repeat(32),
    self: first,
    previous: last,
    next: nodes[1 % count]!.nodeId,
    nodes,
    epoch: 1,
    oldestEpoch: 1,
    members: nodes.map(({ nodeId }) => nodeId),
    whole: true,
    state: 'whole',
    settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
    version: '0.1.0',
    uptimeMs: 1000,
  };
}

function json(answer: ServerResponse, body: unknown): void {
  answer.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}
