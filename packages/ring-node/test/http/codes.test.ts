import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { OWN_NAMES } from '@coring/protocol';
import test from 'ava';
import { type AServer, aServer, codeOf, raw, until } from './a-server.js';

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
}

async function aCode({ url }: AServer, uuid: string): Promise<string> {
  const answer = await post(`${url}/codes`, { uuid });
  return ((await answer.json()) as { code: string }).code;
}

test('U02 U03 a uuid gets its code, and with that its messages are kept and shown, as JSON and as lines', async (t) => {
  const server = await aServer(t);
  const { url } = server;
  const uuid = randomUUID();
  t.deepEqual(await (await fetch(`${url}/codes`)).json(), { ready: false });
  const code = await aCode(server, uuid);
  t.is(await aCode(server, uuid), code);
  t.deepEqual(await (await fetch(`${url}/codes`)).json(), { ready: true });
  const texts = ['a', 'forged\n{"id":"0"}', 'grüß'];
  for (const text of texts) {
    const answer = await post(`${url}/messages`, { uuid, code, text });
    t.deepEqual([answer.status, answer.headers.get('coring-copies')], [201, '2/3']);
  }
  const { messages } = (await (await fetch(`${url}/messages`)).json()) as { messages: { text: string; uuid: string }[] };
  t.deepEqual(messages.map(({ text }) => text), texts);
  for (const [target, accept] of [['/messages?lines', '*/*'], ['/messages', 'text/plain'], ['/messages', 'application/x-ndjson']] as const) {
    const lines = (await (await fetch(url + target, { headers: { accept } })).text()).split('\n');
    t.is(lines.pop(), '');
    t.deepEqual(lines.map((line) => JSON.parse(line) as unknown), messages);
  }
  t.is(await (await fetch(`${url}/messages`, { method: 'HEAD' })).text(), '');
});

test('U03 a request that is repeated under its key is one message; under another text it is refused', async (t) => {
  const server = await aServer(t);
  const uuid = randomUUID();
  const code = await aCode(server, uuid);
  const send = (text: string): Promise<Response> => post(`${server.url}/messages`, { uuid, code, text }, { 'idempotency-key': 'one' });
  const [first, again, other] = [await send('a'), await send('a'), await send('b')];
  t.deepEqual([first.status, again.status, other.status], [201, 201, 409]);
  t.deepEqual(await first.json(), await again.json());
  t.is(((await (await fetch(`${server.url}/messages`)).json()) as { messages: unknown[] }).messages.length, 1);
});

test('U04 each refusal has its status and its code', async (t) => {
  const server = await aServer(t, { uploadIdleMs: 60 });
  const { url, port } = server;
  const uuid = randomUUID();
  const said = async (answer: Promise<Response>): Promise<[number, string]> => [(await answer).status, codeOf(await (await answer).text())];
  for (const body of ['', '{', '[]', {}, { uuid: 'x' }, { uuid: 7 }]) t.deepEqual(await said(post(`${url}/codes`, body)), [400, 'bad-request']);
  t.deepEqual(await said(post(`${url}/messages`, { uuid, code: 'x', text: 'a' })), [404, 'not-found']);
  const code = await aCode(server, uuid);
  t.deepEqual(await said(post(`${url}/messages`, { uuid, code: 'x', text: 'a' })), [403, 'wrong-code']);
  t.deepEqual(await said(post(`${url}/messages`, { uuid, code })), [400, 'bad-request']);
  t.deepEqual(await said(post(`${url}/messages`, { uuid, code, text: 'a' }, { 'idempotency-key': 'a b' })), [400, 'bad-header']);
  for (const path of ['codes', 'messages']) {
    t.deepEqual(await said(post(`${url}/${path}`, 'x'.repeat(33_000))), [413, 'too-large']);
    const wrong = await fetch(`${url}/${path}`, { method: 'DELETE' });
    t.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'HEAD, GET, POST, OPTIONS']);
    const slow = await raw(port, `POST /${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf`);
    t.deepEqual([slow.status, codeOf(slow.body)], [408, 'request-timeout']);
  }
});

test('U03 the longest message is kept and shown', async (t) => {
  const server = await aServer(t);
  const uuid = randomUUID();
  const code = await aCode(server, uuid);
  const text = '\u0001'.repeat(5_000);
  t.is((await post(`${server.url}/messages`, { uuid, code, text })).status, 201);
  t.is(((await (await fetch(`${server.url}/messages`)).json()) as { messages: { text: string }[] }).messages[0]!.text, text);
});

test('U03 who follows is told each message once, also one that came in behind its time', async (t) => {
  const server = await aServer(t, { heartbeatMs: 1 });
  const uuid = randomUUID();
  const code = await aCode(server, uuid);
  await post(`${server.url}/messages`, { uuid, code, text: 'before' });
  const socket = connect(server.port, '127.0.0.1');
  t.teardown(() => void socket.destroy());
  let got = '';
  socket.setEncoding('utf8').on('data', (text: string) => (got += text));
  socket.write('GET /messages?follow HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => got.includes('before'), 'what was there is told');
  await post(`${server.url}/messages`, { uuid, code, text: 'after' });
  server.node.keep(`${OWN_NAMES}messages/${'0'.repeat(32)}`, Buffer.from('{"id":"0","uuid":"0","text":"behind"}'), { modifiedMs: 0 });
  await until(() => got.includes('after') && got.includes('behind'), 'what is new is told');
  await server.server.closeGracefully(1000);
  t.deepEqual([...got.matchAll(/"text":"(\w+)"/g)].map(([, text]) => text).sort(), ['after', 'before', 'behind']);
});

test('what the ring keeps for itself is not among the files, and nobody changes it there', async (t) => {
  const server = await aServer(t);
  const { url, node } = server;
  const uuid = randomUUID();
  const code = await aCode(server, uuid);
  await post(`${url}/messages`, { uuid, code, text: 'a' });
  node.keep('!first', Buffer.from('x'));
  t.is([...node.files.keys()].filter((name) => name.startsWith(OWN_NAMES)).length, 3);
  for (const query of ['', '?prefix=%01', '?after=%01', '?prefix=%01messages/', '?after=%01zzz']) {
    const { files } = (await (await fetch(`${url}/files/${query}`)).json()) as { files: { name: string }[] };
    t.deepEqual(files.map(({ name }) => name), query.includes('prefix') ? [] : ['!first'], query);
  }
  for (const method of ['GET', 'PUT', 'DELETE']) t.is((await fetch(`${url}/files/%01codes/key`, { method, ...(method === 'PUT' ? { body: 'x' } : {}) })).status, 400);
});
