import { valueLine } from '../lines.mjs';
import { startRing } from '../peers/ring.mjs';
import { peakBytes } from '../processes.mjs';
import { putFiles } from '../sides.mjs';
import { bytesText } from '../text.mjs';

const BYTES = 1_000_000_000;
const UPLOADS = 3;

/** The most memory that any node of three takes while each takes an upload of 1 GB and keeps copies of the two others. */
export async function take({ world, load }) {
  const ring = await startRing(world, 3);
  await putFiles(load, ring, { count: UPLOADS, bytes: BYTES });
  const measure = `memory (peak RSS) of a node of three, ${UPLOADS} uploads of 1 GB in flight`;
  return [valueLine({ measure, value: peakBytes(ring.pids), first: 150e6, goal: 90e6, text: bytesText })];
}
