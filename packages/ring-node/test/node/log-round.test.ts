import type { Message } from '@coring/protocol';
import test from 'ava';
import { noLog } from '../../src/node/log.js';
import { logRound } from '../../src/node/log-round.js';

test('both halves of a round with a ballot are lines, and nothing of one without', (t) => {
  t.deepEqual(linesOf(true), ['PREPARE a --> b "file"', 'ACCEPT a --> b "file"']);
  t.deepEqual(linesOf(false), []);
});

function linesOf(isVerbose: boolean): string[] {
  const lines: string[] = [];
  const log = { ...noLog(), isLevelEnabled: () => isVerbose, debug: (_fields: object | string, line?: string) => void lines.push(line!) };
  const ballot = { time: 1, node: '0f'.repeat(16) };
  const messages = [{ type: 'PREPARE', ballot }, { type: 'ACCEPT', ballot }, { type: 'ACCEPT', base: {} }, { type: 'PING' }];
  for (const message of messages) logRound(log, { id: '1', name: 'file', ...message } as unknown as Message, () => 'a', 'b');
  return lines;
}
