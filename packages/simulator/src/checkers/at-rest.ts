import type { Operation } from '../history.js';
import type { World } from '../world.js';

/** The requests of which an answer at rest is judged have references that begin so. */
export const AT_REST = 'last';

/** At rest every node answers surely, whatever name it is asked for, and lists them all. */
export function checkAtRest({ history, losses }: World): string[] {
  const faults: string[] = [];
  for (const { request, node, answer, bytesGone } of lastAsked(history.operations)) {
    if (request.op === 'list') {
      const isSure = answer?.type === 'listed' && answer.grade === 'strong' && !answer.partial;
      if (!isSure) faults.push(`${node} cannot list: ${JSON.stringify(answer)}`);
      continue;
    }
    const isSure = (answer?.type === 'found' || answer?.type === 'absent') && answer.receipt.grade === 'strong' && !bytesGone;
    const found = bytesGone ? 'its bytes are gone' : JSON.stringify(answer);
    if (!isSure && !losses.mayConcern(request.name, history)) faults.push(`${node} cannot read ${request.name}: ${found}`);
  }
  return faults;
}

/** What was asked again counts as it was answered then. */
function lastAsked(operations: readonly Operation[]): Operation[] {
  const last = new Map<string, Operation>();
  for (const operation of operations) {
    const { node, request } = operation;
    if (request.ref.startsWith(AT_REST)) last.set(`${node} ${request.op === 'list' ? '' : request.name}`, operation);
  }
  return [...last.values()];
}
