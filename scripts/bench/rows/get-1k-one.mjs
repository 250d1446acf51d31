import { contest } from '../contest.mjs';
import { ratioLines } from '../lines.mjs';
import { isNginxInstalled, startNginx } from '../peers/nginx.mjs';
import { startRing } from '../peers/ring.mjs';
import { getSide, putFiles } from '../sides.mjs';

const BYTES = 1024;

export async function take({ world, load, options }) {
  const servers = [await startRing(world, 1), ...(isNginxInstalled ? [await startNginx(world)] : [])];
  const sides = [];
  for (const server of servers) sides.push(getSide(load, server, { names: await putFiles(load, server, { count: 1000, bytes: BYTES }), bytes: BYTES }));
  return ratioLines(await contest(sides, options), { measure: 'GET 1 KB, ring of one', bytes: BYTES, reach: { nginx: { first: 0.7, goal: 1.2 } } });
}
