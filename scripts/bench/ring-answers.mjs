import { once } from 'node:events';
import { request } from 'node:http';
import { targetOf } from './peers/ring.mjs';

/** The nodeIds of those who keep the file. */
export async function ownersOf({ nodes: [node], path }, name) {
  const head = request({ ...targetOf(node), method: 'HEAD', path: `${path}${name}` }).end();
  const [answer] = await once(head, 'response');
  answer.resume();
  return (answer.headers['coring-nodes'] ?? '').split(', ');
}
