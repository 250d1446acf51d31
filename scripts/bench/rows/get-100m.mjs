import { contest } from '../contest.mjs';
import { ratioLines } from '../lines.mjs';
import { isNginxInstalled, startNginx } from '../peers/nginx.mjs';
import { startRing } from '../peers/ring.mjs';
import { getSide, putFiles } from '../sides.mjs';

const BYTES = 100_000_000;
const CONNECTIONS = 4;

export async function take({ world, load, options }) {
  const servers = [await startRing(world, 1), ...(isNginxInstalled ? [await startNginx(world)] : [])];
  const sides = [];
  for (const server of servers) {
    const names = await putFiles(load, server, { count: CONNECTIONS, bytes: BYTES });
    sides.push(getSide(load, server, { names, bytes: BYTES, connections: CONNECTIONS }));
  }
  return ratioLines(await contest(sides, options), { measure: 'GET 100 MB, ring of one, 4 clients', bytes: BYTES, reach: { nginx: { first: 1, goal: 1.5 } } });
}
