import type { ConflictsBody, ListBody } from '@coring/protocol';
import test from 'ava';
import { isInert } from '../../src/http/answer-file.js';
import { aConflict, otherId, selfId } from './a-fake-node.js';
import { aServer, codeOf } from './a-server.js';

const expected = {
  'coring-grade': 'strong',
  'coring-copies': '2/3',
  'coring-nodes': `${selfId}, ${otherId}`,
  'coring-hops': '1',
  'coring-epoch': '4',
  'coring-state': 'degraded',
};

test('F12 every answer about a file carries its receipt: found, stored, deleted, missing, not modified, refused', async (t) => {
  const { url, node } = await aServer(t);
  const { digest } = node.keep('a', Buffer.from('content'));
  const asks: readonly (readonly [number, string, RequestInit])[] = [
    [200, 'a', {}],
    [206, 'a', { headers: { Range: 'bytes=0-1' } }],
    [200, 'a?conflicts', {}],
    [304, 'a', { headers: { 'If-None-Match': `"${digest}"` } }],
    [412, 'a', { headers: { 'If-Match': '"other"' } }],
    [416, 'a', { headers: { Range: 'bytes=99-' } }],
    [404, 'missing', {}],
    [404, 'missing', { method: 'DELETE' }],
    [201, 'new', { method: 'PUT', body: 'x' }],
    [200, 'new', { method: 'PUT', body: 'y' }],
    [412, 'new', { method: 'PUT', body: 'y', headers: { 'If-None-Match': '*' } }],
    [204, 'new', { method: 'DELETE' }],
  ];
  for (const [status, path, init] of asks) {
    const answer = await fetch(`${url}/files/${path}`, init);
    t.is(answer.status, status, path);
    t.like(Object.fromEntries(answer.headers), expected, `${status} ${path}`);
    t.is(answer.headers.has('coring-version'), ![404].includes(status) && !(status === 412 && init.method === 'PUT'), `${status} ${path}`);
    await answer.arrayBuffer();
  }
});

test('F12 fewer copies than asked for is 202', async (t) => {
  const { url } = await aServer(t);
  const put = (copies: string) => fetch(`${url}/files/a`, { method: 'PUT', body: 'x', headers: { 'Coring-Require-Copies': copies } });
  t.is((await put('2')).status, 201);
  const few = await put('3');
  t.is(few.status, 202);
  t.is(few.headers.get('coring-copies'), '2/3');
});

for (const [code, status] of [['not-strong', 503], ['outcome-unknown', 503], ['unavailable', 503], ['disk-full', 507], ['conflict', 409], ['internal', 500]] as const) {
  test(`F12 the ring's refusal ${code} is ${status} with its receipt`, async (t) => {
    const { url, node } = await aServer(t);
    node.answers = async () => ({ type: 'failed', code, message: 'because', receipt: node.receipt });
    const answer = await fetch(`${url}/files/a`, { method: 'PUT', body: 'x' });
    t.is(answer.status, status);
    t.is(answer.headers.get('coring-copies'), '2/3');
    t.is(answer.headers.get('retry-after'), status === 503 ? '1' : null);
    t.deepEqual(await answer.json(), { error: { code, message: 'because' } });
  });
}

test('F09 conflict copies are listed, and each is got by its version', async (t) => {
  const { url, node } = await aServer(t);
  const lost = Buffer.from('the other one');
  const conflict = aConflict(lost, 1_780_000_000_000_000);
  node.copies.set(conflict.version.time, lost);
  node.keep('a', Buffer.from('current'), { conflicts: [conflict] });
  const listed = await fetch(`${url}/files/a?conflicts`);
  t.is(listed.headers.get('coring-conflicts'), '1');
  const { conflicts } = (await listed.json()) as { conflicts: { version: string; digest: string }[] };
  t.like(conflicts[0], { version: `1780000000000000-${otherId}`, digest: conflict.digest, size: lost.length, type: 'text/plain', modified: new Date(conflict.modifiedMs).toISOString() });
  const got = await fetch(`${url}/files/a?version=${conflicts[0]!.version}`);
  t.is(await got.text(), 'the other one');
  t.is(got.headers.get('etag'), `"${conflict.digest}"`);
  t.is(got.headers.get('coring-version'), conflicts[0]!.version);
  const wrong = await fetch(`${url}/files/a?version=newest`);
  t.is(wrong.status, 400);
  t.is(codeOf(await wrong.text()), 'bad-request');
});

test('F09 conflict copies beside a deletion are found by their name, and in the list that is asked for them', async (t) => {
  const { url, node } = await aServer(t);
  const lost = Buffer.from('the other one');
  const conflict = aConflict(lost, 1_780_000_000_000_000);
  node.keep('a', Buffer.from('a'));
  node.keep('b', Buffer.of(), { deleted: true, conflicts: [conflict] });
  node.keep('c', Buffer.from('c'), { conflicts: [conflict] });
  t.is((await fetch(`${url}/files/b`)).status, 404);
  const beside = (await (await fetch(`${url}/files/b?conflicts`)).json()) as ConflictsBody;
  t.true(beside.deleted);
  t.deepEqual(beside.conflicts.map(({ digest }) => digest), [conflict.digest]);
  const namesIn = async (path: string): Promise<unknown> => ((await (await fetch(url + path)).json()) as ListBody).files.map(({ name, deleted, conflicts }) => ({ name, deleted, conflicts }));
  t.deepEqual(await namesIn('/files/'), [{ name: 'a', deleted: undefined, conflicts: undefined }, { name: 'c', deleted: undefined, conflicts: 1 }]);
  t.deepEqual(await namesIn('/files/?conflicts'), [{ name: 'b', deleted: true, conflicts: 1 }, { name: 'c', deleted: undefined, conflicts: 1 }]);
});

test("F03 users' content is served so that it cannot act as ours", async (t) => {
  const { url, node } = await aServer(t);
  node.keep('dir/p"ä.html', Buffer.from('<script>'), { contentType: 'text/html' });
  const { headers } = await fetch(`${url}/files/dir/p%22%C3%A4.html`);
  t.is(headers.get('content-security-policy'), 'sandbox');
  t.is(headers.get('x-content-type-options'), 'nosniff');
  t.is(headers.get('content-disposition'), `attachment; filename="p\\"?.html"; filename*=UTF-8''p%22%C3%A4.html`);
  t.is(headers.get('accept-ranges'), 'bytes');
  t.is(headers.get('cache-control'), 'no-cache');
});

test('F03 only types without script are shown in place', (t) => {
  for (const type of ['text/plain; charset=utf-8', 'IMAGE/PNG', 'video/mp4', 'audio/ogg', 'application/pdf', 'application/json']) t.true(isInert(type), type);
  for (const type of ['text/html', 'image/svg+xml', 'image/svg+xml;x=y', 'application/xhtml+xml', 'text/xml', 'text/javascript', 'application/octet-stream', '']) t.false(isInert(type), type);
});

test('F05 a listing pages through the names in order', async (t) => {
  const { url, node } = await aServer(t);
  for (const name of ['b/2', 'a', 'b/1', 'c', 'b/3']) node.keep(name, Buffer.from(name));
  const page = async (query: string) => (await (await fetch(`${url}/files/${query}`)).json()) as { files: { name: string }[]; next?: string };
  t.deepEqual((await page('')).files.map(({ name }) => name), ['a', 'b/1', 'b/2', 'b/3', 'c']);
  const first = await page('?prefix=b%2F&limit=2');
  t.deepEqual(first.files.map(({ name }) => name), ['b/1', 'b/2']);
  t.is(first.next, 'b/2');
  const second = await page(`?prefix=b/&limit=2&after=${first.next}`);
  t.deepEqual(second.files.map(({ name }) => name), ['b/3']);
  t.is(second.next, undefined);
  t.like(second, { grade: 'strong', files: [{ size: 3, type: 'text/plain' }] });
});

for (const query of ['limit=0', 'limit=1001', 'limit=x', 'limit=', 'limit=-1', `prefix=${'x'.repeat(1025)}`, `after=${'x'.repeat(1025)}`]) {
  test(`F05 a listing with ${query.slice(0, 12)} is 400`, async (t) => {
    const { url } = await aServer(t);
    const answer = await fetch(`${url}/files/?${query}`);
    t.is(answer.status, 400);
    t.is(codeOf(await answer.text()), 'bad-request');
  });
}
