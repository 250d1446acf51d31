import type { RingBody } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { type FakeNode, otherId, selfId } from './a-fake-node.js';
import { type AServer, aServer } from './a-server.js';

/** Two servers whose nodes know each other. */
export async function twoServers(t: ExecutionContext): Promise<[AServer, AServer]> {
  const [one, other] = [await aServer(t), await aServer(t, {}, otherId)];
  knowing(one.node, selfId, { [otherId]: `127.0.0.1:${other.port}` });
  knowing(other.node, otherId, { [selfId]: `127.0.0.1:${one.port}` });
  return [one, other];
}

/** What a node knows of its ring from now on. */
export function knowing(node: FakeNode, self: string, others: Readonly<Record<string, string>>, state: 'up' | 'down' = 'up'): void {
  const { nodes, ...ring }: RingBody = node.ring();
  const found = Object.entries(others).map(([nodeId, address]) => ({ ...nodes[0]!, nodeId, address, state }));
  node.ring = () => ({ ...ring, self, nodes: [{ ...nodes[0]!, nodeId: self }, ...found] });
}
