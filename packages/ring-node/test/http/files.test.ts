import test from 'ava';
import { filePath } from '@coring/protocol';
import { sha256 } from './a-fake-node.js';
import { aServer } from './a-server.js';

test('F01 a file put can be got, looked at and deleted', async (t) => {
  const { url } = await aServer(t);
  const put = await fetch(`${url}/files/a.txt`, { method: 'PUT', body: 'hello' });
  t.is(put.status, 201);
  const etag = `"${sha256(Buffer.from('hello'))}"`;
  const body = (await put.json()) as Record<string, unknown>;
  t.like(body, { name: 'a.txt', size: 5, etag });
  t.is(put.headers.get('etag'), etag);
  t.is(put.headers.get('coring-version'), body['version'] as string);

  const got = await fetch(`${url}/files/a.txt`);
  t.is(got.status, 200);
  t.is(await got.text(), 'hello');

  const looked = await fetch(`${url}/files/a.txt`, { method: 'HEAD' });
  t.is(looked.status, 200);
  t.is(looked.headers.get('content-length'), '5');
  t.is(await looked.text(), '');

  t.is((await fetch(`${url}/files/a.txt`, { method: 'DELETE' })).status, 204);
  t.is((await fetch(`${url}/files/a.txt`, { method: 'DELETE' })).status, 404);
  t.is((await fetch(`${url}/files/a.txt`)).status, 404);
});

test('F01 a second put of a name replaces it and answers 200', async (t) => {
  const { url } = await aServer(t);
  await fetch(`${url}/files/a`, { method: 'PUT', body: 'one' });
  const second = await fetch(`${url}/files/a`, { method: 'PUT', body: 'two' });
  t.is(second.status, 200);
  t.is(await (await fetch(`${url}/files/a`)).text(), 'two');
});

for (const name of ['a/b/c.txt', 'with space', 'ümläut/日本語.txt', '100%', 'a?b#c', 'a+b&c=d', '🎉', 'x'.repeat(1024), 'a\\b', 'a;b,c']) {
  test(`F01 the name ${name.slice(0, 20)} is kept as it is`, async (t) => {
    const { url, node } = await aServer(t);
    t.is((await fetch(url + filePath(name), { method: 'PUT', body: name })).status, 201);
    t.deepEqual([...node.files.keys()], [name]);
    t.is(await (await fetch(url + filePath(name))).text(), name);
  });
}
