import { paths } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { Metrics } from '../request-metrics.js';

/** Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricsRoutes(router: Router, { registry }: Metrics): void {
  router.get(paths.metrics, async (context) => {
    const text = await registry.metrics();
    context.set({ 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' });
    context.body = text;
  });
}
