import { createHash } from 'node:crypto';
import test from 'ava';
import { aRing } from './a-ring.js';
import { anUpload } from './an-upload.js';
import { get, put, urlOf } from './files.js';

const SIZE = 20_000_000;

test('F07 a GET at any node, while a new file still streams into another, waits for all of it', async (t) => {
  const nodes = await aRing(t, 3);
  await put(nodes[2]!, 'other', 'something');
  const upload = anUpload(t, nodes[0]!, 'coming', SIZE, 7);
  await upload.send(0.5);
  const readings = nodes.map((node) => digestOf(urlOf(node, 'coming')));
  // Each node has begun with what was asked before, when it has answered what was asked after.
  for (const node of nodes) t.is((await get(node, 'other')).status, 200);
  await upload.send(1);
  t.is((await upload.answered).status, 201);
  t.deepEqual(await Promise.all(readings), nodes.map(() => upload.digest));
});

test('F07 a GET of a file whose next version still streams in gets the one that is there', async (t) => {
  const nodes = await aRing(t, 3);
  await put(nodes[2]!, 'there', 'the old version');
  const upload = anUpload(t, nodes[0]!, 'there', SIZE, 8);
  await upload.send(0.5);
  for (const node of nodes) t.is(Buffer.from((await get(node, 'there')).bytes).toString(), 'the old version');
  await upload.send(1);
  t.is((await upload.answered).status, 200);
  for (const node of nodes) t.is(await digestOf(urlOf(node, 'there')), upload.digest);
});

test('F07 a GET that waits for a file whose upload is given up is told that there is none', async (t) => {
  const nodes = await aRing(t, 3);
  await put(nodes[2]!, 'other', 'something');
  const upload = anUpload(t, nodes[0]!, 'given-up', SIZE, 9);
  await upload.send(0.5);
  const reading = digestOf(urlOf(nodes[2]!, 'given-up'));
  t.is((await get(nodes[2]!, 'other')).status, 200);
  await upload.kill();
  t.is(await reading, '404');
});

/** sha-256 of what a GET brings, or the status of one that brings nothing. */
async function digestOf(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (response.status !== 200) {
    await response.body?.cancel();
    return String(response.status);
  }
  const hash = createHash('sha256');
  for await (const chunk of response.body!) hash.update(chunk);
  return hash.digest('hex');
}
