import { join } from 'node:path';
import { startNode, whole } from '../../local-nodes.mjs';

/** A ring of so many nodes, each in a process of its own; three copies of each file, where there are three. */
export async function startRing(world, count, { folder = (i) => join(world.folder, `node-${i}`) } = {}) {
  const nodes = [];
  for (let i = 0; i < count; i++) nodes.push(await startRingNode(world, { data: folder(i), join: nodes.at(-1)?.address }));
  const { nodes: members } = await whole(nodes[0], count);
  return {
    name: count === 1 ? 'ring of one' : `ring of ${count}`,
    nodes,
    nodeIds: nodes.map(({ address }) => members.find((member) => member.address === address).nodeId),
    pids: nodes.map(({ pid }) => pid),
    targets: nodes.map(targetOf),
    path: '/files/',
  };
}

/** One node, ended with the row. */
export async function startRingNode(world, { data, join: peer }) {
  const node = startNode({ data, listen: '127.0.0.1:0', nodeArgs: world.nodeArgs, ...(peer === undefined ? {} : { join: peer }) });
  world.atEnd(() => node.kill('SIGTERM'));
  await node.listening;
  return node;
}

export function targetOf({ address }) {
  const [host, port] = address.split(':');
  return { host, port: Number(port) };
}
