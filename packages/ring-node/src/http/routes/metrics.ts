import { paths } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { Registry } from 'prom-client';
import type { NodeFace } from '../../node/node-face.js';
import type { RequestTally } from '../request-tally.js';

/** Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricsRoutes(router: Router, node: NodeFace, tally: RequestTally): void {
  let registry: Registry | undefined;
  router.get(paths.metrics, async (context) => {
    // Most nodes are never asked.
    const { metricsOf } = await import('../metrics.js');
    registry ??= metricsOf(node, tally);
    const text = await registry.metrics();
    context.set({ 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' });
    context.body = text;
  });
}
