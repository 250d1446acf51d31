import { contest } from '../contest.mjs';
import { ratioLines } from '../lines.mjs';
import { isNginxInstalled, startNginx } from '../peers/nginx.mjs';
import { startRing } from '../peers/ring.mjs';
import { ownersOf } from '../ring-answers.mjs';
import { getSide, putFiles } from '../sides.mjs';

const BYTES = 1024;
const PEER = 'nginx before nginx';

/** Of four nodes each file is asked of the one that does not keep it: as with a proxy in front, every answer takes two servers. */
export async function take({ world, load, options }) {
  const ring = await startRing(world, 4);
  const names = await putFiles(load, ring, { count: 1000, bytes: BYTES });
  const sides = [getSide(load, ring, { requests: await elsewhere(ring, names), bytes: BYTES })];
  if (isNginxInstalled) {
    const behind = await startNginx(world);
    const before = await startNginx(world, { name: 'proxy', proxyTo: behind.targets[0] });
    const names = await putFiles(load, behind, { count: 1000, bytes: BYTES });
    sides.push(getSide(load, { ...before, name: PEER, pids: [...before.pids, ...behind.pids] }, { names, bytes: BYTES }));
  }
  const measure = 'GET 1 KB at a node that is no owner (one of four)';
  return ratioLines(await contest(sides, options), { measure, bytes: BYTES, reach: { [PEER]: { first: 0.7, goal: 1.2 } } });
}

async function elsewhere(ring, names) {
  const requests = [];
  for (const name of names) {
    const owners = await ownersOf(ring, name);
    ring.nodeIds.forEach((nodeId, i) => owners.includes(nodeId) || requests.push([i, `${ring.path}${name}`]));
  }
  return requests;
}
