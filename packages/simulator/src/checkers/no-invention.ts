import type { World } from '../world.js';

/** No answer shows bytes that were never put under that name, nor ones put only afterwards; and a version stands for one content. */
export function checkNoInvention(world: World): string[] {
  const faults = world.mints.confusions.map((confusion) => `two contents of one version: ${confusion}`);
  for (const { request, answer, endedMs = Infinity, node } of world.history.operations) {
    if (request.op !== 'get' || answer?.type !== 'found') continue;
    const { digest, size } = answer.value;
    const isPut = world.history
      .of(request.name)
      .some((other) => other.request.op === 'put' && other.request.digest === digest && other.request.size === size && other.startedMs <= endedMs);
    if (!isPut) faults.push(`${node} found ${request.name} with a content that nobody had put: ${digest}`);
  }
  return faults;
}
