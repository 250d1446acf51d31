import type { ClientAnswer } from '@coring/ring-node/ring';
import type { Content } from './disk.js';
import { readKept } from './failing-disk.js';
import type { Operation } from './history.js';
import type { SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

/**
 * A shell sends on what came with the answer, `given`, or else streams what `found` names from the node that it names: are these the bytes of that
 * version?
 */
export function readBytes(world: World, node: SimulatedNode, operation: Operation, answer: ClientAnswer, given: Content | undefined): void {
  const { request } = operation;
  if (answer.type !== 'found' || request.op !== 'get' || request.headOnly) return;
  const { value, from } = answer;
  if (from === undefined) return world.fail('no-invention', `${node.name} found ${request.name} but says nowhere to read it`);
  const holder = world.nodes.find(({ nodeId }) => nodeId === from.nodeId);
  const isOpen = holder !== undefined && holder.isRunning && world.network.isOpen(node.name, holder.name);
  const content = given ?? (isOpen ? readKept(holder, request.name, from.version) : undefined);
  if (given !== undefined) world.count('bytes given');
  if (content === undefined) {
    // Replaced, crashed or cut off in the moment between: the client is told so and asks again.
    operation.bytesGone = true;
    world.count('bytes gone');
  } else if (content.digest !== value.digest || content.size !== value.size) {
    world.fail('no-invention', `${node.name} found ${request.name} as ${value.digest} but ${holder?.name} keeps ${content.digest} under that version`);
  }
}
