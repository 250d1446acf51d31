import type { Message } from '@coring/protocol';
import type { Log } from './log.js';

/**
 * Writes a line, when verbose, for each half of a strong round that takes two: of large files, and where writers meet. Those that take one are as
 * many as requests, and end with a line of theirs. `nameOf` gives the address of a node.
 */
export function logRound(log: Log, message: Message, nameOf: (nodeId: string) => string, to: string): void {
  const isHalf = message.type === 'PREPARE' || (message.type === 'ACCEPT' && message.ballot !== undefined);
  if (isHalf && log.isLevelEnabled('debug')) log.debug({ id: message.id, ballot: message.ballot }, `${message.type} ${nameOf(message.from)} --> ${to} ${JSON.stringify(message.name)}`);
}
