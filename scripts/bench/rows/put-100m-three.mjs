import { contest } from '../contest.mjs';
import { ratioLines } from '../lines.mjs';
import { isNginxInstalled, startNginx } from '../peers/nginx.mjs';
import { startRing } from '../peers/ring.mjs';
import { putSide } from '../sides.mjs';

const BYTES = 100_000_000;
const CONNECTIONS = 3;

export async function take({ world, load, options }) {
  const settings = { bytes: BYTES, connections: CONNECTIONS };
  const sides = [putSide(load, await startRing(world, 3), settings)];
  if (isNginxInstalled) sides.push(putSide(load, await startNginx(world), settings));
  const measure = 'durable 100 MB PUT × 3 copies, 3 clients (nginx: × 1, not durable)';
  return ratioLines(await contest(sides, options), { measure, bytes: BYTES, reach: { nginx: { first: 0.3, goal: 0.6 } } });
}
