import test from 'ava';
import { parseHttpDate } from '../../src/http/fields/conditions.js';
import { parseEtags } from '../../src/http/fields/etags.js';
import { aServer, codeOf, rawRequest } from './a-server.js';

const before = 'Tue, 01 Jan 2019 00:00:00 GMT';
const after = 'Tue, 01 Jan 2047 00:00:00 GMT';

/** Headers with D for the digest of what is there, and what GET and HEAD answer. */
const reads: readonly (readonly [Record<string, string>, number])[] = [
  [{ 'If-None-Match': '"D"' }, 304],
  [{ 'If-None-Match': 'W/"D"' }, 304],
  [{ 'If-None-Match': '"other", "D"' }, 304],
  [{ 'If-None-Match': '*' }, 304],
  [{ 'If-None-Match': '"other"' }, 200],
  [{ 'If-Match': '"D"' }, 200],
  [{ 'If-Match': '*' }, 200],
  [{ 'If-Match': 'W/"D"' }, 412],
  [{ 'If-Match': '"other"' }, 412],
  [{ 'If-Modified-Since': after }, 304],
  [{ 'If-Modified-Since': before }, 200],
  [{ 'If-Modified-Since': 'yesterday-ish' }, 200],
  [{ 'If-Unmodified-Since': before }, 412],
  [{ 'If-Unmodified-Since': after }, 200],
  // The older forms of dates; what is none is ignored (RFC 9110, sections 5.6.7 and 13.1.4).
  [{ 'If-Unmodified-Since': 'Tuesday, 01-Jan-19 00:00:00 GMT' }, 412],
  [{ 'If-Unmodified-Since': 'Tue Jan  1 00:00:00 2019' }, 412],
  ...['nonsense', '0', '2019-01-01T00:00:00Z', 'Tue, 99 Jan 2019 00:00:00 GMT'].map((date) => [{ 'If-Unmodified-Since': date }, 200] as const),
  // RFC 9110, section 13.2.2: tags go before dates, If-Match before If-None-Match.
  [{ 'If-Match': '"D"', 'If-Unmodified-Since': before }, 200],
  [{ 'If-None-Match': '"other"', 'If-Modified-Since': after }, 200],
  [{ 'If-None-Match': '"D"', 'If-Modified-Since': before }, 304],
  [{ 'If-Match': '"other"', 'If-None-Match': '"D"' }, 412],
  [{ 'If-Match': '"D"', 'If-None-Match': '"D"' }, 304],
  [{ 'If-None-Match': '"D"', Range: 'bytes=99-' }, 304],
  [{ 'If-Match': 'D' }, 400],
  [{ 'If-None-Match': '"D' }, 400],
];

for (const [headers, status] of reads) {
  test(`F02 GET and HEAD with ${JSON.stringify(headers)} answer ${status}`, async (t) => {
    const { url, node } = await aServer(t);
    const { digest } = node.keep('a', Buffer.from('content'));
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll('D"', `${digest}"`)]));
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(`${url}/files/a`, { method, headers: filled });
      t.is(answer.status, status, method);
    }
  });
}

test('F02 304 says which content it is of, and nothing of a body', async (t) => {
  const { port, node } = await aServer(t);
  const { digest } = node.keep('a', Buffer.from('content'));
  const { head, body } = await rawRequest(port, 'GET /files/a HTTP/1.1', `If-None-Match: "${digest}"`);
  t.true(head.includes(`ETag: "${digest}"`));
  t.regex(head, /Coring-Version: /);
  t.notRegex(head, /Content-Length|Content-Type/i);
  t.is(body, '');
});

test('F06 If-None-Match: * creates and never replaces', async (t) => {
  const { url, node } = await aServer(t);
  const put = (body: string) => fetch(`${url}/files/a`, { method: 'PUT', body, headers: { 'If-None-Match': '*' } });
  t.is((await put('first')).status, 201);
  const second = await put('second');
  t.is(second.status, 412);
  t.is(codeOf(await second.text()), 'precondition-failed');
  t.is(node.files.get('a')?.bytes.toString(), 'first');
});

test('F06 If-Match replaces only the content that it names', async (t) => {
  const { url, node } = await aServer(t);
  const { digest } = node.keep('a', Buffer.from('first'));
  const put = async (ifMatch: string, body: string) => (await fetch(`${url}/files/a`, { method: 'PUT', body, headers: { 'If-Match': ifMatch } })).status;
  t.is(await put(`"${digest}"`, 'second'), 200);
  t.is(await put(`"${digest}"`, 'third'), 412);
  t.is(await put('W/"abc"', 'third'), 412);
  t.is(await put('*', 'third'), 200);
  t.is(await put('unquoted', 'fourth'), 400);
  t.is(node.files.get('a')?.bytes.toString(), 'third');
});

test('HTTP dates of all three forms are those of Greenwich', (t) => {
  const forms = ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'];
  for (const form of forms) t.is(parseHttpDate(form), Date.UTC(1994, 10, 6, 8, 49, 37), form);
});

test('F02 If-Unmodified-Since on a change becomes a condition on the content', async (t) => {
  const { url, node } = await aServer(t);
  const { digest } = node.keep('a', Buffer.from('first'));
  const change = (method: string, date: string, name = 'a') => fetch(`${url}/files/${name}`, { method, headers: { 'If-Unmodified-Since': date }, ...(method === 'PUT' ? { body: 'x' } : {}) });
  t.is((await change('PUT', before)).status, 412);
  t.is((await change('DELETE', before)).status, 412);
  t.is((await change('PUT', after, 'new')).status, 201);
  t.is((await change('PUT', after)).status, 200);
  t.like(node.requests.findLast(({ op }) => op === 'put'), { conditions: { ifMatch: [digest] } });
});

test('F12 whether a change that is repeated by its key modified the file itself, the ring decides', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.from('first'));
  const headers = { 'If-Unmodified-Since': before, 'Idempotency-Key': 'k' };
  for (const init of [{ method: 'PUT', body: 'x' }, { method: 'DELETE' }]) {
    t.is((await fetch(`${url}/files/a`, { ...init, headers })).status, 412);
    t.like(node.requests.at(-1), { op: init.method.toLowerCase(), conditions: { ifMatch: [] } });
  }
});

test('F02 entity tags are read as RFC 9110 writes them', (t) => {
  t.is(parseEtags(' * ', 'If-Match'), '*');
  t.deepEqual(parseEtags('"a,b" , W/"c",, "" ,', 'If-Match'), [
    { weak: false, tag: 'a,b' },
    { weak: true, tag: 'c' },
    { weak: false, tag: '' },
  ]);
  for (const wrong of ['', ',', 'a', '"a', 'w/"a"', '"a" "b"', '*, "a"']) t.throws(() => parseEtags(wrong, 'If-Match'), { name: 'HttpError' }, wrong);
});
