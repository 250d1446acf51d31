import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { anUpload, type Upload } from './an-upload.js';
import { urlOf } from './files.js';
import { largeFilesIn } from './left-over.js';
import { missingAt, someWriters } from './writers.js';

/** 200 MB in `npm run test:big`. */
const SIZE = process.env.CORING_TEST_BIG === undefined ? 24_000_000 : 200_000_000;
const NAME = 'large';

interface World {
  readonly coordinator: TestNode;
  readonly owner: TestNode;
  readonly upload: Upload;
}

interface Phase {
  readonly when: string;
  readonly come: (world: World) => Promise<unknown>;
  /** Whether the new version is chosen by then, told to the client or not. */
  readonly isChosen?: boolean;
}

/** The moments of a PUT at which somebody dies, each told by what has happened, not by the time that has passed. */
const phases: readonly Phase[] = [
  { when: 'the first of the body has come', come: ({ upload }) => upload.send(0.1) },
  { when: 'half of the body has come', come: ({ upload }) => upload.send(0.5) },
  { when: 'all but the last block has come', come: ({ upload }) => upload.send(1 - 1 / SIZE) },
  { when: 'the last byte is sent', come: ({ upload }) => upload.send(1) },
  // From here on the owners may still be gathering the bytes.
  { when: 'the owner is asked for a promise', come: ({ coordinator, owner, upload }) => sendUntil(coordinator, `PREPARE ${coordinator.address} --> ${owner.address}`, upload) },
  { when: 'the owner is sent the version', come: ({ coordinator, owner, upload }) => sendUntil(coordinator, `ACCEPT ${coordinator.address} --> ${owner.address}`, upload) },
  { when: 'the owner takes the version', come: ({ coordinator, owner, upload }) => sendUntil(owner, `ACCEPT ${coordinator.address} --> here`, upload) },
  { when: 'it is chosen', come: ({ coordinator, upload }) => sendUntil(coordinator, 'put', upload), isChosen: true },
  { when: 'it is acknowledged', come: ({ upload }) => upload.send(1).then(() => upload.answered) },
];

/** Sends the rest of the body; resolves when a node says, from now on, that something happens to the file. */
function sendUntil(node: TestNode, what: string, upload: Upload): Promise<void> {
  const said = `${what} ${JSON.stringify(upload.name)}`;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${node.address} did not say: ${said}`)), 60_000);
    node.hear(({ msg }) => {
      if (msg !== said) return;
      clearTimeout(late);
      resolve();
    });
    void upload.send(1);
  });
}

type Victim = 'client' | 'coordinator' | 'owner';

for (const victim of ['client', 'coordinator', 'owner'] as const) {
  test(`R07 the ${victim} is killed in every phase of a large PUT: the old version or the new one is there, whole, and nothing is left over`, async (t) => {
    t.timeout(600_000);
    let nodes = await aRing(t, 3);
    for (const [i, phase] of phases.entries()) {
      nodes = await killIn(t, nodes, victim, i, phase);
    }
  });
}

for (const [when, share] of [
  ['half of the body has come', 0.5],
  ['the last byte is sent', 1],
] as const) {
  test(`R07 an upload is sent again to another node with other content after the first node was killed when ${when}: one of the two is there, whole`, async (t) => {
    t.timeout(300_000);
    const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
    const first = anUpload(t, a, NAME, SIZE, 1);
    await first.send(share);
    await a.kill();
    t.is((await first.answered).status, 0);
    // Longer than the first, which may have been decided before: then it is overwritten.
    const second = anUpload(t, b, NAME, SIZE + 100_000, 2);
    await second.send(1);
    const { status, body } = await second.answered;
    t.true(status === 200 || status === 201, body);
    for (const node of [b, c]) t.is(await digestAt(node, NAME), second.digest);
    const nodes = [await a.again(t), b, c];
    await whole(nodes);
    const [found, ...others] = await Promise.all(nodes.map((node) => digestAt(node, NAME)));
    t.true(found === second.digest || found === first.digest, found);
    t.deepEqual(others, [found, found]);
    for (const node of nodes) await until(async () => (await largeFilesIn(node.data)).length === 1, `${node.address} to keep that content alone`, 60_000);
  });
}

async function killIn(t: ExecutionContext, nodes: readonly TestNode[], victim: Victim, round: number, { when, come, isChosen }: Phase): Promise<TestNode[]> {
  const [coordinator, owner, third] = nodes as [TestNode, TestNode, TestNode];
  const name = `${NAME}-${round}`;
  const old = anUpload(t, coordinator, name, SIZE / 10, 2 * round + 1);
  await old.send(1);
  t.is((await old.answered).status, 201);
  // What they say from here on is of the other version.
  await coordinator.said(({ msg }) => msg === `put "${name}"`, 'that it is put');
  await owner.said(({ msg }) => msg === `ACCEPT ${coordinator.address} --> here "${name}"`, 'that it takes it');
  const dying = victim === 'coordinator' ? coordinator : victim === 'owner' ? owner : undefined;
  const living = nodes.filter((node) => node !== dying);
  const others = someWriters(t, living, { clients: 4, bytesOf: (i) => 100 + i, folder: `others-${round}`, reading: true });

  const upload = anUpload(t, coordinator, name, SIZE, 2 * round + 2);
  const steps: string[] = [];
  coordinator.hear(({ msg }) => {
    const step = /^(PREPARE|ACCEPT|put) .*"(.*)"$/.exec(String(msg));
    if (step?.[2] === name) steps.push(step[1]!);
  });
  await come({ coordinator, owner, upload });
  await (dying ?? upload).kill();
  if (victim === 'owner') await upload.send(1);
  const { status, body } = await upload.answered;
  t.log(`${when}: ${status}, after ${[...new Set(steps)].join(', ') || 'no round'}`);
  const contents = [...(status === 200 || isChosen === true ? [] : [old.digest]), upload.digest];
  // 503: it was too busy to see that a majority lives, and says that it does not know.
  if (victim === 'owner') t.true(status === 200 || status === 503, `${when}: ${status} ${body}`);

  // Whoever has read the new version, or was told that it is kept, never meets the old one again.
  const readInTurn = async (readers: readonly TestNode[]): Promise<void> => {
    for (const node of readers) {
      const found = await digestAt(node, name);
      t.true(contents.includes(found), `${when}: ${node.address} gives ${found}`);
      if (found === upload.digest) contents.splice(0, contents.length, found);
    }
  };
  await readInTurn([third, ...living, third]);
  const served = others.acknowledged.size;
  await until(() => others.acknowledged.size > served + 20, 'others to be served');
  await others.stop();
  t.deepEqual(others.failed, [], when);
  if (others.refused.length > 0) t.log(`${when}: ${others.refused.length} refused, such as ${others.refused[0]}`);

  const back = await Promise.all(nodes.map(async (node) => (node === dying ? node.again(t) : node)));
  await whole(back);
  // What a node had written before it was killed may come about when it is back: who asks elsewhere while it does may still be told of the old version.
  await readInTurn([...back, ...back]);
  await until(async () => new Set(await Promise.all(back.map((node) => digestAt(node, name)))).size === 1, `all to give the same: ${when}`);
  await readInTurn(back);
  for (const node of back) t.deepEqual(await missingAt(node, others.acknowledged), [], when);
  t.is((await fetch(urlOf(third, name), { method: 'DELETE' })).status, 204);
  for (const node of back) await until(async () => (await largeFilesIn(node.data)).length === 0, `${node.address} to keep nothing of a file that is gone: ${when}`, 60_000);
  return back;
}

/** sha-256 of the file by a strong answer: a node that cannot give one just now is asked again. */
async function digestAt(node: TestNode, name: string): Promise<string> {
  const response = await fetch(urlOf(node, name), { headers: { 'coring-require': 'strong' }, signal: AbortSignal.timeout(60_000) });
  if (response.status === 503) {
    await response.body?.cancel();
    return digestAt(node, name);
  }
  if (response.status !== 200) return `${response.status} ${await response.text()}`;
  const hash = createHash('sha256');
  for await (const chunk of response.body!) hash.update(chunk);
  return hash.digest('hex');
}
