import test from 'ava';
import { aServer, codeOf, rawRequest } from './a-server.js';

const badPaths = [
  ['..', '/files/..'],
  ['. in the middle', '/files/a/./b'],
  ['.. in the middle', '/files/a/../b'],
  ['encoded ..', '/files/%2e%2e/etc'],
  ['an encoded slash that makes ..', '/files/a%2F..%2Fb'],
  ['NUL', '/files/a%00b'],
  ['a control character', '/files/a%0Ab'],
  ['delete', '/files/a%7F'],
  ['an empty segment', '/files/a//b'],
  ['an empty first segment', '/files//a'],
  ['a trailing slash', '/files/a/'],
  ['a cut escape', '/files/a%2'],
  ['a wrong escape', '/files/a%zz'],
  ['no UTF-8', '/files/a%ff'],
  ['an overlong slash', '/files/a%c0%af'],
  ['a surrogate', '/files/a%ed%a0%80'],
  ['1025 bytes', `/files/${'x'.repeat(1025)}`],
] as const;

for (const [what, path] of badPaths) {
  test(`F01 a name with ${what} is refused with 400 by every method`, async (t) => {
    const { port, node } = await aServer(t);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await rawRequest(port, `${method} ${path} HTTP/1.1`, 'Content-Length: 0');
      t.is(answer.status, 400, method);
      t.is(codeOf(answer.body), 'bad-name', method);
    }
    t.deepEqual(node.requests, []);
  });
}

test('F01 no name at all is refused where one is needed', async (t) => {
  const { port } = await aServer(t);
  for (const method of ['PUT', 'DELETE']) {
    const answer = await rawRequest(port, `${method} /files/ HTTP/1.1`, 'Content-Length: 0');
    t.is(answer.status, 400);
    t.is(codeOf(answer.body), 'bad-name');
  }
});

test('F01 an encoded slash is the slash, and a name is decoded once', async (t) => {
  const { port, node } = await aServer(t);
  await rawRequest(port, 'PUT /files/a%2Fb HTTP/1.1', 'Content-Length: 0');
  await rawRequest(port, 'PUT /files/a%252Fb HTTP/1.1', 'Content-Length: 0');
  t.deepEqual([...node.files.keys()], ['a/b', 'a%2Fb']);
});

test('F01 bytes that belong escaped are refused, and an escape may be in small letters, as curl writes it', async (t) => {
  const { port, node } = await aServer(t);
  t.is((await rawRequest(port, 'PUT /files/gr\u00fcn HTTP/1.1', 'Content-Length: 0')).status, 400);
  t.is((await rawRequest(port, 'PUT /files/gr%c3%bcn HTTP/1.1', 'Content-Length: 0')).status, 201);
  t.deepEqual([...node.files.keys()], ['grün']);
});

test('F01 a target in absolute form names the same file', async (t) => {
  const { port, node } = await aServer(t);
  t.is((await rawRequest(port, 'PUT http://elsewhere/files/x?y=1 HTTP/1.1', 'Content-Length: 0')).status, 201);
  t.deepEqual([...node.files.keys()], ['x']);
  t.is((await rawRequest(port, 'GET /files/x#y HTTP/1.1')).status, 400);
});
