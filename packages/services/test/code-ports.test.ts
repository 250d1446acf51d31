import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { httpService } from '../src/http/http-service.js';
import { Codes, codesPort, MessageLog, messagesPort, tellOnPort } from '../src/index.js';
import { aListener, type Listener, rest } from './a-listener.js';
import { SharedShelf } from './a-shelf.js';

async function twoPorts(t: ExecutionContext) {
  const shelf = new SharedShelf();
  const codes = new Codes(shelf.at());
  const log = new MessageLog(shelf.at(), codes);
  const [forCodes, forMessages] = (await Promise.all([codesPort(codes), messagesPort(log)].map((answer) => aListener(t, httpService(answer, { tellError: tellOnPort }))))) as [Listener, Listener];
  const post = async (port: number, body: unknown, headers: Record<string, string> = {}): Promise<[number, Record<string, unknown>]> => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
    return [answer.status, (await answer.json()) as Record<string, unknown>];
  };
  return { log, forCodes, forMessages, code: (body: unknown) => post(forCodes.port, body), message: (body: unknown, headers?: Record<string, string>) => post(forMessages.port, body, headers) };
}

test('U07 a uuid gets its code, and with that a text is kept', async (t) => {
  const { code, message, log } = await twoPorts(t);
  const uuid = randomUUID();
  const [status, body] = await code({ uuid });
  t.deepEqual([status, body.success], [200, true]);
  t.deepEqual(await message({ uuid, unique: body.unique, text: 'Text insertion for index 0' }), [200, { success: true }]);
  t.is((await log.entries()).entries.length, 1);
});

test('U04 what is wrong is said as JSON, with its status', async (t) => {
  const { code, message, forCodes } = await twoPorts(t);
  const uuid = randomUUID();
  const said = async (answer: Promise<[number, Record<string, unknown>]>): Promise<unknown[]> => {
    const [status, { success, code }] = await answer;
    return [status, success, code];
  };
  for (const body of ['', 'x', '[]', '"a"', 'null', "{'uuid': 'python'}", {}, { uuid: 'x' }]) t.deepEqual(await said(code(body)), [400, false, 'bad-request']);
  t.deepEqual(await said(message({ uuid, unique: 'x', text: 'a' })), [404, false, 'not-found']);
  await code({ uuid });
  t.deepEqual(await said(message({ uuid, unique: 'x', text: 'a' })), [403, false, 'wrong-code']);
  t.deepEqual(await said(message({ uuid, text: 'a' })), [400, false, 'bad-request']);
  t.deepEqual(await said(code('x'.repeat(40_000))), [413, false, 'too-large']);
  const wrong = await fetch(`http://127.0.0.1:${forCodes.port}/`);
  t.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST']);
  t.is((await fetch(`http://127.0.0.1:${forCodes.port}/elsewhere`, { method: 'POST' })).status, 404);
});

test('U05 a thousand clients, with fifty idle connections held, all get theirs', async (t) => {
  const { forCodes, forMessages, log } = await twoPorts(t);
  for (let i = 0; i < 50; i++) await Promise.all([forCodes.connect(), forMessages.connect()]);
  const ask = async (connect: () => Promise<Socket>, body: object): Promise<Record<string, unknown>> => {
    const socket = await connect();
    const text = JSON.stringify(body);
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    const answer = (await rest(socket)).toString();
    return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Record<string, unknown>;
  };
  const clients = Array.from({ length: 1000 }, async (_, i) => {
    const uuid = randomUUID();
    const { unique } = await ask(forCodes.connect, { uuid });
    return ask(forMessages.connect, { uuid, unique, text: `Text insertion for index ${i}` });
  });
  t.true((await Promise.all(clients)).every(({ success }) => success === true));
  t.is((await log.entries()).entries.length, 1000);
});

test('who closes its half after the request gets its answer', async (t) => {
  const { forCodes } = await twoPorts(t);
  const body = JSON.stringify({ uuid: randomUUID() });
  const socket = await forCodes.connect();
  socket.end(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  t.regex((await rest(socket)).toString(), /^HTTP\/1\.1 200 .*"success":true/s);
});

test('who connects ahead of its request is waited for as long as between two', async (t) => {
  const service = httpService((_, response) => Promise.resolve(void response.end('done')), { headersTimeoutMs: 100, keepAliveMs: 1500 });
  const { connect } = await aListener(t, service);
  const [early, silent] = await Promise.all([connect(), connect()]);
  await wait(500);
  early.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  t.regex((await rest(early)).toString(), /^HTTP\/1\.1 200 /);
  t.is((await rest(silent)).length, 0);
});
