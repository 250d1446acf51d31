import type { Context } from 'koa';
import { receiptHeaders } from '../answer-file.js';
import { goneSignal } from '../send-file.js';
import { operationId, requiresStrong } from '../wishes.js';
import { type FileSurroundings, refusalOf } from './files.js';
import { conditionsOf } from './put-file.js';

export async function deleteFile(context: Context, name: string, { node, options }: FileSurroundings): Promise<void> {
  const { headers } = context.req;
  const wish = { op: 'delete' as const, name, opId: operationId(headers, 'DELETE', name), requireStrong: requiresStrong(headers) };
  const signal = goneSignal(context.res);
  const { deadlineMs } = options;
  const conditions = await conditionsOf(wish, headers, (request) => node.request(request, signal), deadlineMs);
  const answer = await node.request({ ...wish, conditions, deadlineMs }, signal);
  if (answer.type !== 'deleted') throw refusalOf(answer);
  context.set(receiptHeaders(answer.receipt, answer.value));
  context.status = 204;
}
