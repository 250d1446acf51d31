import { setTimeout as wait } from 'node:timers/promises';
import { whole } from '../../local-nodes.mjs';
import { valueLine } from '../lines.mjs';
import { startRing, startRingNode } from '../peers/ring.mjs';
import { ownFigures } from '../ring-answers.mjs';
import { putFiles } from '../sides.mjs';
import { ratioText } from '../text.mjs';

const NODES = 3;
const COPIES = 3;
const FILES = 6000;
const BYTES = 8192;
const DONE_WITHIN_MS = 180_000;

/** A fourth node joins a ring of three that keeps files: how many copies were made anew, and how even they lie afterwards. */
export async function take({ world, load }) {
  const ring = await startRing(world, NODES);
  await putFiles(load, ring, { count: FILES, bytes: BYTES });
  const before = await settledFiles(ring.nodes);
  const joiner = await startRingNode(world, { data: `${world.folder}/joiner`, join: ring.nodes[0].address });
  const began = performance.now();
  const nodes = [...ring.nodes, joiner];
  await whole(joiner, nodes.length, DONE_WITHIN_MS);
  const after = await settledFiles(nodes);
  const seconds = Math.round((performance.now() - began) / 1000);
  const moved = after.reduce((sum, files, i) => sum + Math.max(0, files - (before[i] ?? 0)), 0);
  const mean = (FILES * COPIES) / nodes.length;
  const common = { first: 1.05, goal: 1.02, text: ratioText, data: { before, after, seconds } };
  return [
    valueLine({ ...common, measure: 'join of a fourth node: copies moved, of the ideal', value: moved / mean, note: `${FILES} files of ${BYTES} bytes, settled after ${seconds} s` }),
    valueLine({ ...common, measure: 'the same: files of the fullest node, of the mean', value: Math.max(...after) / mean, goal: 1.03 }),
  ];
}

/** How many files each node keeps, once there are as many copies as there should be: none lacking, none left over. */
async function settledFiles(nodes) {
  const deadline = performance.now() + DONE_WITHIN_MS;
  for (;;) {
    const files = (await Promise.all(nodes.map(ownFigures))).map((own) => own.files);
    if (files.reduce((sum, some) => sum + some, 0) === FILES * COPIES) return files;
    if (performance.now() > deadline) throw new Error(`the nodes keep ${files.join(', ')} files: not ${COPIES} copies of each of ${FILES}`);
    await wait(200);
  }
}
