import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { RingBody } from '@coring/protocol';

/** Answers a request by itself and says so, or leaves it to the fake node. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FakeNode {
  readonly address: string;
  readonly port: string;
  readonly files: Map<string, Buffer>;
  /** What it was asked, in order: `GET /ring`. */
  readonly asked: string[];
  /** Idempotency keys of the PUTs that came. */
  readonly keys: string[];
  readonly peers: string[];
  ringId: string;
  intercept: Intercept | undefined;
  stop(): Promise<void>;
}

/** A small HTTP server that answers as a node would: files in memory, all of the same ring. */
export async function aFakeNode(t: ExecutionContext, { files = new Map<string, Buffer>(), intercept }: { files?: Map<string, Buffer>; intercept?: Intercept } = {}): Promise<FakeNode> {
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const node: FakeNode = {
    address: `127.0.0.1:${port}`,
    port: String(port),
    files,
    asked: [],
    keys: [],
    peers: [],
    ringId: 'ab'.repeat(16),
    intercept,
    stop: () => stopped(server),
  };
  t.teardown(() => node.stop());
  return node;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    node.asked.push(`${request.method} ${request.url}`);
    if (request.method === 'PUT') node.keys.push(String(request.headers['idempotency-key']));
    if (node.intercept?.(request, response) === true) return;
    const path = request.url!.split('?')[0]!;
    if (path === '/healthz') response.end('well');
    else if (path === '/ring') sendJson(response, 200, ringBody(node));
    else if (path === '/ring/copies') sendJson(response, 200, { wanted: 3, files: 7, byCopies: { 3: 6, 1: 1 }, partial: false });
    else if (path === '/events') sendEvents(response);
    else if (path === '/files/') sendJson(response, 200, listBody(node, new URL(request.url!, 'http://node').searchParams));
    else if (path.startsWith('/files/')) await answerFile(node, decodeURIComponent(path.slice('/files/'.length)), request, response);
    else if (path === '/ring/leave' || path === '/ring/forget') sendJson(response, 200, { ok: true });
    else sendError(response, 404, 'no-such-route', 'there is nothing here');
  }
}

async function answerFile({ files }: FakeNode, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = files.get(name);
  if (request.method === 'PUT') {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    files.set(name, content);
    response.writeHead(found === undefined ? 201 : 200, receipt(content)).end('{}');
    return;
  }
  if (found === undefined) return sendError(response, 404, 'not-found', `there is no file ${name}`);
  if (request.method === 'DELETE') {
    files.delete(name);
    response.writeHead(204, receipt(found)).end();
    return;
  }
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag(found)) return sendError(response, 412, 'precondition-failed', 'it is another');
  response.writeHead(start > 0 ? 206 : 200, { ...receipt(found), 'content-length': found.length - start, 'content-type': 'text/plain' }).end(found.subarray(start));
}

export function receipt(content: Buffer): Record<string, string> {
  return { etag: etag(content), 'coring-copies': '3/3', 'coring-grade': 'strong', 'coring-nodes': 'a1,b2,c3', 'coring-version': '7-a1', 'coring-epoch': '2', 'coring-hops': '1', 'coring-state': 'whole' };
}

export function etag(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('hex')}"`;
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { error: { code, message } });
}

export function ringBody({ address, peers, ringId }: Pick<FakeNode, 'address' | 'peers' | 'ringId'>): RingBody {
  const addresses = [address, ...peers];
  const idOf = (i: number): string => String(i + 1).padStart(32, '0');
  return {
    ringId,
    self: idOf(0),
    previous: idOf(addresses.length - 1),
    next: idOf(addresses.length > 1 ? 1 : 0),
    nodes: addresses.map((one, i) => ({ nodeId: idOf(i), address: one, state: 'up', incarnation: 1, position: `a${i}`, capacity: 1, files: 2, bytes: 1500, freeBytes: 5_000_000_000 })),
    epoch: 3,
    oldestEpoch: 3,
    members: addresses.map((_, i) => idOf(i)),
    whole: true,
    state: 'whole',
    settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
    lastCheck: { id: 'lap1', origin: idOf(0), hops: addresses.length, tookMs: 4.2, atMs: 1_700_000_000_000, complete: true },
    version: '0.1.0',
    uptimeMs: 5000,
  };
}

/** Two names a page. */
function listBody({ files }: FakeNode, query: URLSearchParams): unknown {
  if (query.has('conflicts')) return { files: [{ name: 'gone', size: 0, type: '', etag: etag(Buffer.of()), version: '7-a1', modified: '2026-01-02T03:04:05.000Z', conflicts: 2, deleted: true }], grade: 'strong' };
  const names = [...files.keys()].sort().filter((name) => name.startsWith(query.get('prefix') ?? '') && name > (query.get('after') ?? ''));
  const page = names.slice(0, 2).map((name) => ({ name, size: files.get(name)!.length, type: 'text/plain', etag: etag(files.get(name)!), version: '7-a1', modified: '2026-01-02T03:04:05.000Z' }));
  return { files: page, grade: 'strong', ...(names.length > 2 ? { next: names[1] } : {}) };
}

function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const id = '1'.padStart(32, '0');
  response.write(`retry: 1000\n\n: beat\n\nid: 1\nevent: member\ndata: ${JSON.stringify({ type: 'member', nodeId: id, address: '127.0.0.1:9', state: 'down', was: 'up', incarnation: 1 })}\n\n`);
  response.write(`id: 2\nevent: put\ndata: ${JSON.stringify({ type: 'put', name: 'a\u001b[31m', version: '1', size: 5, grade: 'strong', nodes: [] })}\n\n`);
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
