import { paths, type RingBody } from '@coring/protocol';
import type { Context } from 'koa';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import { HttpError } from '../errors-to-json.js';
import { queryOf } from '../request-target.js';

/** Fewest characters of a node's id that may stand for it. */
const PREFIX_LENGTH_MIN = 4;

/** The ring as this node sees it, and the operator's word about one of its nodes: by id, the beginning of it, or address. */
export function ringRoutes(router: Router, node: NodeFace): void {
  router.get(paths.ring, (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = node.ring();
  });
  router.get(paths.scrub, (context) => tellScrub(context, node));
  router.post(paths.scrub, (context) => {
    node.scrub();
    tellScrub(context, node);
    context.status = 202;
  });
  router.post(paths.leave, (context) => operate(context, node, 'leave'));
  router.post(paths.forget, (context) => operate(context, node, 'forget'));
}

function tellScrub(context: Context, node: NodeFace): void {
  context.set('Cache-Control', 'no-store');
  context.body = node.scrubbed();
}

async function operate(context: Context, node: NodeFace, op: 'leave' | 'forget'): Promise<void> {
  const nodeId = nodeMeant(queryOf(context.req.url!).get('node'), node.ring());
  const { ok, message } = await node.operate(op, nodeId);
  if (!ok) throw new HttpError('conflict', message);
  context.body = { ok, nodeId, message };
}

function nodeMeant(text: string | null, { nodes }: RingBody): string {
  if (text === null || text === '') throw new HttpError('bad-request', 'say which node: ?node=ID, the beginning of its id, or its address');
  const exact = nodes.find(({ nodeId, address }) => nodeId === text || address === text);
  if (exact !== undefined) return exact.nodeId;
  const begun = text.length < PREFIX_LENGTH_MIN ? [] : nodes.filter(({ nodeId }) => nodeId.startsWith(text.toLowerCase()));
  if (begun.length > 1) throw new HttpError('bad-request', 'several nodes begin so');
  if (begun.length === 0) throw new HttpError('no-such-node', 'the ring knows no such node');
  return begun[0]!.nodeId;
}
