import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { aServer, codeOf, raw, rawRequest } from './a-server.js';

/** Script and style of the page, by the paths that it names. */
function partsOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => path!);
}

test('O02 the page loads only what comes from its node, and may ask the nodes of the ring', async (t) => {
  const { url } = await aServer(t);
  const answer = await fetch(url);
  t.is(answer.status, 200);
  t.is(answer.headers.get('Content-Type'), 'text/html; charset=utf-8');
  t.is(answer.headers.get('Cache-Control'), 'no-cache');
  const policy = answer.headers.get('Content-Security-Policy')!;
  t.deepEqual(policy.split('; ').map((directive) => directive.replace(/^(connect-src 'self') .*$/, '$1 …')), [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' …",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  t.regex(policy, /connect-src 'self' http:\/\/127\.0\.0\.1:\*;/);
  t.is(answer.headers.get('X-Frame-Options'), 'DENY');
  const html = await answer.text();
  t.notRegex(html, /<style|style=|<script(?![^>]* src=)| on\w+=|(src|href)="?https?:/);
  t.true(partsOf(html).length >= 2);
});

test('O02 the parts of the page are kept for ever, and come compressed to who takes that', async (t) => {
  const { url, port } = await aServer(t);
  for (const path of partsOf(await (await fetch(url)).text())) {
    const plain = await fetch(url + path, { headers: { 'Accept-Encoding': 'identity' } });
    t.is(plain.headers.get('Cache-Control'), 'public, max-age=31536000, immutable');
    t.is(plain.headers.get('Content-Encoding'), null);
    const text = await plain.text();
    for (const coding of ['gzip', 'br']) {
      const coded = await fetch(url + path, { headers: { 'Accept-Encoding': coding } });
      t.is(coded.headers.get('Content-Encoding'), coding);
      t.regex(coded.headers.get('Vary')!, /\bAccept-Encoding\b/);
      t.not(coded.headers.get('ETag'), plain.headers.get('ETag'));
      t.is(await coded.text(), text);
    }
    const sent = await raw(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`);
    t.is(gunzipSync(Buffer.from(sent.body, 'latin1')).toString(), text);
  }
});

test('O02 who has the page is told so', async (t) => {
  const { url, port } = await aServer(t);
  const etag = (await fetch(url, { headers: { 'Accept-Encoding': 'gzip' } })).headers.get('ETag')!;
  const again = await rawRequest(port, 'GET / HTTP/1.1', 'Accept-Encoding: gzip', `If-None-Match: ${etag}`);
  t.deepEqual([again.status, again.body], [304, '']);
  t.is((await rawRequest(port, 'GET / HTTP/1.1', 'Accept-Encoding: gzip', 'If-None-Match: "another"')).status, 200);
  t.is((await fetch(url, { method: 'HEAD', headers: { 'Accept-Encoding': 'gzip' } })).headers.get('ETag'), etag);
});

test('O02 nothing but its parts is below /page/', async (t) => {
  const { port } = await aServer(t);
  for (const path of ['/page/', '/page/index', '/page/index.html.gz', '/page/../package.json', '/page/%2e%2e%2fpackage.json', '/page/a/b']) {
    const { status, body } = await rawRequest(port, `GET ${path} HTTP/1.1`);
    t.deepEqual([status, codeOf(body)], [404, 'no-such-route'], path);
  }
});

test('O02 a node that has not joined yet shows its page too', async (t) => {
  const { url, node } = await aServer(t);
  node.isReady = false;
  const answer = await fetch(url);
  t.is(answer.status, 200);
  t.regex(answer.headers.get('Content-Security-Policy')!, /connect-src 'self';/);
  for (const path of partsOf(await answer.text())) t.is((await fetch(url + path)).status, 200);
  t.is((await fetch(`${url}/ring`)).status, 503);
});
