import { paths } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import type { Metrics } from '../metrics.js';
import type { RequestTally } from '../request-tally.js';

/** Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricsRoutes(router: Router, node: NodeFace, tally: RequestTally): void {
  let metrics: Metrics | undefined;
  router.get(paths.metrics, async (context) => {
    // Most nodes are never asked.
    const { metricsOf } = await import('../metrics.js');
    metrics ??= metricsOf(node, tally);
    const text = await metrics.text();
    context.set({ 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' });
    context.body = text;
  });
}
