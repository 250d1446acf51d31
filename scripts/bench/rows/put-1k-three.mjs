import { contest } from '../contest.mjs';
import { flushNote, ratioLines } from '../lines.mjs';
import { isNatsInstalled, startNats } from '../peers/nats.mjs';
import { healthyNginx, isNginxInstalled, startNginx } from '../peers/nginx.mjs';
import { startRing } from '../peers/ring.mjs';
import { isSwiftInstalled, startSwift } from '../peers/swift.mjs';
import { putSide } from '../sides.mjs';

const BYTES = 1024;
const measure = 'durable 1 KB PUT, three nodes, three copies';

export async function take({ world, load, options }) {
  const sides = [putSide(load, await startRing(world, 3), { bytes: BYTES })];
  if (isNginxInstalled) sides.push(putSide(load, await startNginx(world), { bytes: BYTES, ...healthyNginx }));
  if (isSwiftInstalled) sides.push(putSide(load, await startSwift(world), { bytes: BYTES }));
  if (isNatsInstalled) sides.push(putSide(load, await startNats(world), { bytes: BYTES }));
  return ratioLines(await contest(sides, options), {
    bytes: BYTES,
    note: flushNote,
    reach: {
      nginx: { first: 0.3, goal: 0.8, measure: `${measure} (nginx: one copy, not durable)` },
      Swift: { first: 20, goal: 80, measure: `${measure} (Swift: three copies)` },
      'NATS R3': { first: 1, goal: 4, measure: `${measure} (NATS: three copies, not synced for each)` },
    },
  });
}
