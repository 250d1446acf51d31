import { once } from 'node:events';
import { get, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { targetOf } from './peers/ring.mjs';

/** What a node says of itself in GET /ring: its files among them. */
export async function ownFigures(node) {
  const [answer] = await once(get({ ...targetOf(node), path: '/ring' }), 'response');
  const { self, nodes } = await json(answer);
  return nodes.find(({ nodeId }) => nodeId === self);
}

/** The nodeIds of those who keep the file. */
export async function ownersOf({ nodes: [node], path }, name) {
  const head = request({ ...targetOf(node), method: 'HEAD', path: `${path}${name}` }).end();
  const [answer] = await once(head, 'response');
  answer.resume();
  return (answer.headers['coring-nodes'] ?? '').split(', ');
}
