import test from 'ava';
import { aRing, type TestNode, until } from './a-ring.js';

test.serial('a page goes on at another node of its ring; pages of anywhere else read nothing and change nothing', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  for (const origin of [a.url, `http://localhost:${a.port}`]) {
    const asked = await ask(b, 'OPTIONS', '/files/x', origin, { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type,coring-require-copies' });
    t.is(asked.status, 204);
    t.is(asked.headers.get('access-control-allow-origin'), origin);
    t.is(asked.headers.get('access-control-allow-credentials'), null);
    for (const method of ['PUT', 'DELETE', 'POST']) t.true(listIn(asked, 'access-control-allow-methods').includes(method.toLowerCase()));
    for (const field of ['content-type', 'coring-require-copies', 'idempotency-key', 'if-match']) t.true(listIn(asked, 'access-control-allow-headers').includes(field), field);
    const stored = await ask(b, 'PUT', '/files/x', origin);
    t.true(stored.ok);
    t.is(stored.headers.get('access-control-allow-origin'), origin);
    t.is(stored.headers.get('vary'), 'Origin');
    for (const field of ['coring-copies', 'coring-grade', 'coring-nodes', 'etag']) t.true(listIn(stored, 'access-control-expose-headers').includes(field) && stored.headers.has(field), field);
    for (const path of ['/files/x', '/files/missing', '/ring', '/files/', '/nothing']) t.is((await ask(b, 'GET', path, origin)).headers.get('access-control-allow-origin'), origin, path);
    const events = await fetch(`${b.url}/events?ring`, { headers: { origin } });
    t.is(events.headers.get('access-control-allow-origin'), origin);
    await events.body!.cancel();
  }
  for (const origin of ['http://evil.example', 'null', `https://${a.address}`, `${a.url}.evil.example`, `http://x@${a.address}`, `http://127.0.0.1:1`]) {
    for (const [method, path] of [['PUT', '/files/y'], ['DELETE', '/files/x'], ['POST', '/ring/scrub']] as const) t.is((await ask(b, method, path, origin)).status, 403, origin);
    for (const [method, path] of [['GET', '/files/x'], ['GET', '/ring'], ['OPTIONS', '/files/x']] as const) {
      t.is((await ask(b, method, path, origin, { 'access-control-request-method': 'PUT' })).headers.get('access-control-allow-origin'), null, origin);
    }
  }
  t.is((await ask(b, 'GET', '/files/y', b.url)).status, 404);
  // Whoever asked before without an origin may keep the answer: it says that it is not for all of them.
  t.is((await fetch(`${b.url}/files/x`)).headers.get('vary'), 'Origin');

  await c.kill();
  await until(async () => (await a.ring()).nodes.some(({ nodeId, state }) => nodeId === c.nodeId && state === 'down'), 'the death to be known');
  t.true((await ask(a, 'PUT', '/files/z', c.url)).ok);
  t.true((await fetch(`${b.url}/ring/forget?node=${c.nodeId}`, { method: 'POST' })).ok);
  await until(async () => (await a.ring()).nodes.every(({ nodeId, state }) => nodeId !== c.nodeId || state === 'left'), 'it to be forgotten');
  t.is((await ask(a, 'PUT', '/files/z', c.url)).status, 403);
});

function ask({ url }: TestNode, method: string, path: string, origin: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, { method, headers: { origin, ...fields }, ...(method === 'PUT' ? { body: 'content' } : {}) });
}

function listIn({ headers }: Response, field: string): string[] {
  return (headers.get(field) ?? '').toLowerCase().split(', ');
}
