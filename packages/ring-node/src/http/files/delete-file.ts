import type { Context } from 'koa';
import { receiptHeaders } from '../answer-file.js';
import { goneSignal } from '../send-file.js';
import { operationId, requiresStrong, resolved } from '../fields/wishes.js';
import { conditionsOf } from './change-conditions.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

export async function deleteFile(context: Context, name: string, surroundings: FileSurroundings): Promise<void> {
  const { headers } = context.req;
  const wish = { op: 'delete' as const, name, opId: operationId(headers, 'DELETE', name), requireStrong: requiresStrong(headers), ...resolved(headers) };
  const signal = goneSignal(context.res);
  const conditions = await conditionsOf(wish, headers, surroundings, signal);
  const { deadlineMs } = surroundings.options;
  const answer = await surroundings.node.request({ ...wish, conditions, deadlineMs }, signal);
  if (answer.type !== 'deleted') throw refusalOf(answer);
  context.set(receiptHeaders(answer.receipt, answer.value));
  context.status = 204;
}
