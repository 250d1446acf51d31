import { paths } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import type { Measured, Metrics } from '../metrics/metrics.js';

/** Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricsRoutes(router: Router, node: NodeFace, measured: Measured): void {
  let metrics: Metrics | undefined;
  router.get(paths.metrics, async (context) => {
    // Most nodes are never asked.
    const { metricsOf } = await import('../metrics/metrics.js');
    metrics ??= metricsOf(node, measured);
    const text = await metrics.text();
    context.set({ 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' });
    context.body = text;
  });
}
