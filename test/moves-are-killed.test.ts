import test from 'ava';
import { aNode, aRing, type TestNode, until, whole } from './a-ring.js';
import { allShownBy, lackingCopies } from './faults/at-rest.js';
import { copiesKept } from './files-kept.js';
import { largeFilesIn } from './left-over.js';
import { missingAt, putMany } from './writers.js';

const COPIES = 3;
const FILES = 60;
/** Each is a file of its own on the disk. */
const FILE_BYTES = 200_000;
/** In megabytes a second: a fourth node takes its share, 9 MB, for some seconds. */
const SLOWLY = ['--move-rate', '1'];

test('R07 whoever takes copies and whoever gives them is killed while they move: the move is completed, with all copies of every file', async (t) => {
  t.timeout(600_000);
  const [a, b, c] = (await aRing(t, 3, SLOWLY)) as [TestNode, TestNode, TestNode];
  const files = await putMany([a, b, c], FILES, { clients: 8, bytesOf: () => FILE_BYTES });

  const taker = await aNode(t, { join: a, args: SLOWLY });
  const moved = async (): Promise<number> => (await largeFilesIn(taker.data)).length;
  const when: [what: string, moved: number][] = [];
  const killed = async (what: string, node: TestNode): Promise<TestNode> => {
    await node.kill();
    when.push([what, await moved()]);
    return node.again(t);
  };
  await until(async () => (await moved()) >= 5, 'copies to move');
  const again = await killed('the taker', taker);
  await until(async () => (await moved()) >= when[0]![1] + 3, 'copies to move on');
  const nodes = [a, await killed('a giver', b), c, again];
  await whole(nodes, 180_000);

  const shown = await allShownBy(a);
  t.is(shown.size, FILES);
  await until(async () => (await lackingCopies(a, shown, COPIES)).length === 0, 'all copies of every file', 180_000);
  const share = await moved();
  t.log(`${share} files moved; ${when.map(([what, count]) => `${what} was killed after ${count}`).join(', ')}`);
  for (const [what, count] of when) t.true(count < share, `${what} was killed after all had moved`);
  for (const node of nodes) t.deepEqual(await missingAt(node, files), [], node.address);
  await until(async () => (await copiesKept(nodes)) === COPIES * FILES, 'copies that moved to go where they were', 60_000);
});
