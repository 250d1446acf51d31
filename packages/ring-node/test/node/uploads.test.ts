import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { memoryStore, SMALL_BYTES_MAX } from '@coring/file-store';
import type { Input } from '../../src/ring/index.js';
import { Uploads } from '../../src/node/uploads.js';

test('a small upload is told to nobody', async (t) => {
  const { uploads, told } = someUploads();
  const upload = await uploads.begin('x', SMALL_BYTES_MAX);
  await upload.write(Buffer.alloc(SMALL_BYTES_MAX));
  await upload.seal();
  await upload.discard();
  t.deepEqual(told, []);
});

test('a large upload is told of once: when it begins to come where its size was announced, else when it has grown', async (t) => {
  const { uploads, told } = someUploads();
  const announced = await uploads.begin('x', SMALL_BYTES_MAX + 1);
  t.deepEqual(told, [], 'a client that sends nothing costs nobody anything');
  for (let i = 0; i < 3; i++) await announced.write(Buffer.alloc(1_000));
  const grown = await uploads.begin('y', undefined);
  await grown.write(Buffer.alloc(SMALL_BYTES_MAX));
  t.is(told.length, 1);
  await grown.write(Buffer.alloc(1));
  t.deepEqual(told, [
    { type: 'uploading', name: 'x', token: announced.token, size: SMALL_BYTES_MAX + 1 },
    { type: 'uploading', name: 'y', token: grown.token },
  ]);
});

test('an upload is followed with what it is at the end, as long as the ring has not answered', async (t) => {
  const { uploads } = someUploads();
  const upload = await uploads.begin('x', undefined);
  await upload.write(Buffer.from('abc'));
  const { stream, whole } = uploads.follow(upload.token)!;
  const sealed = await upload.seal();
  t.is((await buffer(stream)).toString(), 'abc');
  t.deepEqual(await whole, sealed);
  uploads.end(upload.token);
  t.is(uploads.follow(upload.token), undefined);
});

test('a large upload that is discarded is told of once, and ends for who follows', async (t) => {
  const { uploads, told } = someUploads();
  const upload = await uploads.begin('x', undefined);
  await upload.write(Buffer.alloc(SMALL_BYTES_MAX + 1));
  const { stream, whole } = uploads.follow(upload.token)!;
  await uploads.discard(upload.token);
  await upload.discard();
  await t.throwsAsync(buffer(stream), { code: 'no-such-token' });
  await t.throwsAsync(whole, { message: /discarded/ });
  t.deepEqual(told.slice(1), [{ type: 'given-up', name: 'x', token: upload.token }]);
  t.is(uploads.follow(upload.token), undefined);
});

test('a small upload taken at once is followed like any other, until the ring has answered or it is discarded', async (t) => {
  const { uploads, told } = someUploads();
  for (const finish of ['end', 'discard'] as const) {
    const token = uploads.take(Buffer.from('abc'), 'its digest');
    const { stream, whole } = uploads.follow(token)!;
    t.is((await buffer(stream)).toString(), 'abc');
    t.deepEqual(await whole, { size: 3, digest: 'its digest' });
    await uploads[finish](token);
    t.is(uploads.follow(token), undefined);
  }
  t.deepEqual(told, []);
});

function someUploads(): { uploads: Uploads; told: Input[] } {
  const told: Input[] = [];
  return { uploads: new Uploads(memoryStore(), (input) => told.push(input)), told };
}
