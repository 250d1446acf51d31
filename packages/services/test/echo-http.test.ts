import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import test from 'ava';
import { echoHttp } from '../src/index.js';
import { aListener, rest } from './a-listener.js';

async function send(port: number, options: { readonly method?: string; readonly path?: string; readonly headers?: Record<string, string> }, body: Buffer | string = ''): Promise<{ answer: IncomingMessage; bytes: Buffer }> {
  const asking = request({ port, host: '127.0.0.1', agent: false, ...options });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { answer, bytes: Buffer.concat(chunks) };
}

test('E07 any method and path echo, byte for byte and in its own type', async (t) => {
  const { port } = await aListener(t, echoHttp());
  const body = randomBytes(1000);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const { answer, bytes } = await send(port, { method, path: '/', headers: { 'content-type': 'text/x-own; charset=koi8-r', 'content-length': '1000' } }, body);
    t.is(answer.statusCode, 200, method);
    t.is(answer.headers['content-type'], 'text/x-own; charset=koi8-r');
    t.is(answer.headers['content-length'], '1000');
    t.true(bytes.equals(body));
  }
  t.is((await send(port, { path: '/any/path?at=all' })).bytes.length, 0);
  const { answer } = await send(port, { method: 'HEAD', headers: { 'content-type': 'image/png' } });
  t.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'image/png']);
});

test('E01 what comes in pieces goes back before its end has come', async (t) => {
  const { connect } = await aListener(t, echoHttp());
  const socket = await connect();
  const piece = Buffer.alloc(100_000, 'x');
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]));
  let got = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) if ((got += (chunk as Buffer).length) > piece.length) break;
  socket.end('0\r\n\r\n');
  t.true((await rest(socket)).toString().endsWith('0\r\n\r\n'));
});

test('E01 too much is 413, announced or not; a client that waits to be asked is spared sending it', async (t) => {
  const { port, connect } = await aListener(t, echoHttp({ bytesMax: 1000 }));
  const { answer, bytes } = await send(port, { method: 'POST', headers: { 'content-length': '1001' } }, Buffer.alloc(1001));
  t.is(answer.statusCode, 413);
  t.is((JSON.parse(bytes.toString()) as { error: { code: string } }).error.code, 'too-large');
  const chunked = await send(port, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } }, Buffer.alloc(1001));
  t.is(chunked.answer.statusCode, 413);
  for (const [length, expected] of [[1000, /^HTTP\/1\.1 100 /], [1001, /^HTTP\/1\.1 413 /]] as const) {
    const socket = await connect();
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`);
    const [said] = (await once(socket, 'data')) as [Buffer];
    t.regex(said.toString(), expected);
    socket.destroy();
  }
});

test('E01 a body without progress is 408; one that broke off leaves the server well', async (t) => {
  const { port, connect } = await aListener(t, echoHttp({ idleMs: 40 }));
  const socket = await connect();
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
  t.regex((await rest(socket)).toString(), /^HTTP\/1\.1 408 [^]*"request-timeout"/);
  const broken = await connect();
  broken.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
  broken.resetAndDestroy();
  t.is((await send(port, { method: 'POST' }, 'well')).bytes.toString(), 'well');
});

test('E01 slow headers are 408', async (t) => {
  const { connect } = await aListener(t, echoHttp({}, { headersTimeoutMs: 40 }));
  const socket = await connect();
  socket.write('POST / HT');
  t.regex((await rest(socket)).toString(), /^HTTP\/1\.1 408 /);
});

test('E01 a client that sends without end and never reads is not read from', async (t) => {
  let given = 0;
  const connection = new Duplex({
    read() {
      const piece = given === 0 ? Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 29}\r\n\r\n`) : Buffer.alloc(1024);
      given += piece.length;
      this.push(piece);
    },
    write() {},
  });
  echoHttp().stream!(connection, 'nobody');
  for (let turn = 0; turn < 2000; turn++) await new Promise(setImmediate);
  t.true(given > 65_536);
  t.true(given < 2 ** 19, `${given} bytes were read`);
  connection.destroy();
});
