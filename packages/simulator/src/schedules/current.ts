import type { Operation } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';

/** Whether what a write made of a file is what a node has of it. */
export function isCurrent({ disk }: SimulatedNode, { request }: Operation): boolean {
  if (request.op === 'list') return false;
  const value = disk.register(request.name)?.value;
  return request.op === 'put' ? value?.digest === request.digest : request.op === 'delete' && value?.deleted === true;
}
