import { createHash, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { LinkError } from '../../src/node/links/link-error.js';
import type { Followed, Whole } from '../../src/node/links/links.js';
import { anEnd, type End, until } from './two-nodes.js';

const content = randomBytes(700_001);
const whole: Whole = { size: content.length, digest: createHash('sha256').update(content).digest('hex') };
const asked = { name: 'file', token: 'token' };
const never = new AbortController().signal;

for (const [how, secret] of [['without a secret', undefined], ['with a secret', Buffer.from('a secret of the ring, long enough')]] as const) {
  test(`an upload is had as it comes, and what it is when it has ended, ${how}`, async (t) => {
    const { upload, give, a, b } = await anUploadAtB(t, secret);
    const followed = await a.links.follow(b.address, b.nodeId, asked, never);
    upload.write(content.subarray(0, 300_000));
    await until(() => followed.stream.readableLength > 0);
    const got = buffer(followed.stream);
    upload.end(content.subarray(300_000));
    give.know(whole);
    t.true(content.equals(await got));
    t.deepEqual(await followed.whole, whole);
  });
}

test('an empty upload is one', async (t) => {
  const { upload, give, a, b } = await anUploadAtB(t);
  const nothing = { size: 0, digest: createHash('sha256').digest('hex') };
  upload.end();
  give.know(nothing);
  const followed = await a.links.follow(b.address, b.nodeId, asked, never);
  t.is((await buffer(followed.stream)).length, 0);
  t.deepEqual(await followed.whole, nothing);
});

test('after an upload the same link serves the next fetch', async (t) => {
  const { upload, give, a, b } = await anUploadAtB(t);
  upload.end(content);
  give.know(whole);
  for (let i = 0; i < 2; i++) {
    const { stream } = await a.links.follow(b.address, b.nodeId, { ...asked, token: i === 0 ? 'token' : 'same' }, never);
    t.is((await buffer(stream)).length, i === 0 ? content.length : 3);
  }
  t.is(b.accepted.length, 1);
});

for (const [how, end] of [
  ['is discarded amid its body', ({ upload, give }: AtB) => (upload.destroy(new Error('discarded')), give.despair(new Error('discarded')))],
  ['is discarded when all of it was there', ({ upload, give }: AtB) => (upload.end(), give.despair(new Error('discarded')))],
  ['is of another size than was sent', ({ upload, give }: AtB) => (upload.end(), give.know(whole))],
] as const) {
  test(`an upload that ${how} ends with an error, never as if it were whole`, async (t) => {
    const atB = await anUploadAtB(t);
    const { stream } = await atB.a.links.follow(atB.b.address, atB.b.nodeId, asked, never);
    atB.upload.write(content.subarray(0, 300_000));
    await until(() => stream.readableLength > 0);
    end(atB);
    await t.throwsAsync(buffer(stream), { instanceOf: LinkError, code: 'cut-short' });
  });
}

test('who gives a followed upload up lets go of it at the other side too', async (t) => {
  const { upload, a, b } = await anUploadAtB(t);
  const controller = new AbortController();
  const { stream } = await a.links.follow(b.address, b.nodeId, asked, controller.signal);
  controller.abort();
  await t.throwsAsync(buffer(stream), { instanceOf: LinkError, code: 'aborted' });
  await until(() => upload.destroyed);
});

interface AtB {
  readonly a: End;
  readonly b: End;
  readonly upload: PassThrough;
  readonly give: { know: (whole: Whole) => void; despair: (reason: Error) => void };
}

/** B takes an upload in; under another token it has one of three bytes. */
async function anUploadAtB(t: ExecutionContext, secret?: Buffer): Promise<AtB> {
  const upload = new PassThrough();
  upload.on('error', () => undefined);
  const give = {} as AtB['give'];
  const known = new Promise<Whole>((know, despair) => Object.assign(give, { know, despair }));
  known.catch(() => undefined);
  const serve = async ({ token }: { token?: string }): Promise<Followed> => (token === 'token' ? { stream: upload, whole: known } : { stream: small(), whole: Promise.resolve({ size: 3, digest: '0'.repeat(64) }) });
  const options = secret === undefined ? {} : { secret };
  const [b, a] = [await anEnd(t, { ...options, serve }), await anEnd(t, options)];
  return { a, b, upload, give };
}

function small(): PassThrough {
  return new PassThrough().end('abc');
}
