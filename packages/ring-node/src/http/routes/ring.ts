import { BUCKETS, type CopiesBody, HELD_BUCKETS_MAX, paths, type RingBody } from '@coring/protocol';
import type { Context } from 'koa';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import { HttpError } from '../errors-to-json.js';
import { rangeOf } from '../fields/list-range.js';
import { mergesAsked } from '../fields/merges-query.js';
import type { HttpOptions } from '../http-options.js';
import { canStop } from '../ring/can-stop.js';
import { census } from '../ring/census.js';
import { heldHere } from '../ring/copies.js';
import { merges } from '../ring/merges.js';
import { endWithClient, goneSignal } from '../send-file.js';
import { queryOf } from '../request-target.js';

/** Fewest characters of a node's id that may stand for it. */
const PREFIX_LENGTH_MIN = 4;

/** The ring as this node sees it, and the operator's word about one of its nodes: by id, the beginning of it, or address. */
export function ringRoutes(router: Router, node: NodeFace, copies: () => Promise<CopiesBody>, { deadlineMs }: Pick<HttpOptions, 'deadlineMs'>): void {
  router.get(paths.ring, (context) => {
    tell(context, node.ring());
  });
  router.get(paths.scrub, (context) => tell(context, node.scrubbed()));
  router.post(paths.scrub, (context) => {
    node.scrub();
    tell(context, node.scrubbed());
    context.status = 202;
  });
  router.get(paths.canStop, async (context) => {
    const nodeId = nodeMeant(queryOf(context.req.url!).get('node'), node.ring());
    tell(context, await canStop(node, nodeId, deadlineMs, goneSignal(context.res)));
  });
  router.get(paths.census, async (context) => {
    const query = queryOf(context.req.url!);
    const name = query.get('name');
    // Of all names that begin so, the name itself is the first.
    const range = name === null ? rangeOf(query) : { prefix: name, after: '', limit: 1 };
    endWithClient(context.res);
    const body = await census(node, range, deadlineMs, goneSignal(context.res));
    if (name !== null && body.files[0]?.name !== name) throw new HttpError('not-found', 'there is no such file');
    tell(context, name === null ? body : { files: body.files });
  });
  router.get(paths.merges, async (context) => {
    const query = queryOf(context.req.url!);
    const asked = mergesAsked(query);
    tell(context, query.has('own') ? node.merges(asked) : await merges(node, asked, deadlineMs, goneSignal(context.res)));
  });
  router.get(paths.copies, async (context) => {
    const query = queryOf(context.req.url!);
    if (!query.has('own')) return tell(context, await copies());
    const buckets = bucketsAsked(query);
    tell(context, buckets === undefined ? await node.holdings.all() : { held: await heldHere(node, buckets) });
  });
  router.post(paths.leave, (context) => operate(context, node, 'leave'));
  router.post(paths.forget, (context) => operate(context, node, 'forget'));
}

/** The buckets of which the names are asked for, if any. @throws HttpError `bad-request` */
function bucketsAsked(query: URLSearchParams): number[] | undefined {
  const text = query.get('buckets');
  if (text === null) return undefined;
  const buckets = text.split(',').map((one) => (/^\d{1,5}$/.test(one) ? Number(one) : BUCKETS));
  if (buckets.length > HELD_BUCKETS_MAX || buckets.some((bucket) => bucket >= BUCKETS)) throw new HttpError('bad-request', `buckets are numbers below ${BUCKETS}, with commas between them, at most ${HELD_BUCKETS_MAX}`);
  return buckets;
}

/** As it is just now. */
function tell(context: Context, body: object): void {
  context.set('Cache-Control', 'no-store');
  context.body = body;
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
