import { contest } from '../contest.mjs';
import { flushNote, ratioLines } from '../lines.mjs';
import { healthyNginx, isNginxInstalled, startNginx } from '../peers/nginx.mjs';
import { startRing } from '../peers/ring.mjs';
import { putSide } from '../sides.mjs';

const BYTES = 1024;

export async function take({ world, load, options }) {
  const sides = [putSide(load, await startRing(world, 1), { bytes: BYTES })];
  if (isNginxInstalled) sides.push(putSide(load, await startNginx(world), { bytes: BYTES, ...healthyNginx }));
  const measure = 'durable 1 KB PUT, one copy (nginx: not durable)';
  return ratioLines(await contest(sides, options), { measure, bytes: BYTES, note: flushNote, reach: { nginx: { first: 0.8, goal: 2 } } });
}
