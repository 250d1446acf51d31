import { paths } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import { HttpError } from '../errors-to-json.js';

/** Whether the process is well, and whether it serves: what supervisors and load balancers ask. */
export function healthRoutes(router: Router, node: NodeFace): void {
  router.get(paths.healthz, (context) => {
    context.body = { ok: true };
  });
  router.get(paths.readyz, (context) => {
    if (node.isStopping) throw new HttpError('stopping', 'this node is stopping');
    if (!node.isReady) throw new HttpError('not-joined', 'this node has not joined its ring yet');
    context.body = { ok: true };
  });
}
