import { memberStates } from '@coring/protocol';
import type { Context, Middleware, Next } from 'koa';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { NodeFace } from '../node/node-face.js';

export interface Metrics {
  /** Of this server alone: a process may run several nodes. */
  readonly registry: Registry;
  /** Counts and times every request, from its arrival until its answer is out or its client gone. */
  readonly measure: Middleware;
}

export function metricsOf(node: NodeFace): Metrics {
  const registry = new Registry();
  ringGauges(node, registry);
  const requests = new Counter({
    name: 'coring_http_requests_total',
    help: 'Requests answered, by route, method and status; status "gone" where the client left first',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'coring_http_request_duration_seconds',
    help: 'Time from the arrival of a request until its answer was out',
    labelNames: ['route', 'method'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  });
  const measure = async (context: Context, next: Next): Promise<void> => {
    const startMs = performance.now();
    context.res.once('close', () => {
      const route = routeOf(context);
      const { method } = context;
      requests.inc({ route, method, status: context.res.writableFinished ? String(context.res.statusCode) : 'gone' });
      durations.observe({ route, method }, (performance.now() - startMs) / 1000);
    });
    await next();
  };
  return { registry, measure };
}

/** The pattern of the route, not the path: names of files make no labels. */
function routeOf(context: Context): string {
  const { _matchedRoute: route } = context as { readonly _matchedRoute?: unknown };
  return typeof route === 'string' ? route : 'none';
}

function ringGauges(node: NodeFace, registry: Registry): void {
  const gauge = (name: string, help: string, valueOf: (ring: ReturnType<NodeFace['ring']>) => number): void => {
    const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => void (node.isReady && made.set(valueOf(node.ring()))) });
  };
  const own = (ring: ReturnType<NodeFace['ring']>) => ring.nodes.find(({ nodeId }) => nodeId === ring.self);
  gauge('coring_files', 'Names of which this node keeps bytes', (ring) => own(ring)?.files ?? 0);
  gauge('coring_bytes', 'Bytes of files that this node keeps', (ring) => own(ring)?.bytes ?? 0);
  gauge('coring_free_bytes', 'Bytes that the disk of this node has left', (ring) => own(ring)?.freeBytes ?? 0);
  gauge('coring_epoch', 'Number of the newest epoch', (ring) => ring.epoch);
  gauge('coring_ring_whole', '1 while every node that has not left is up and the last CHECK came home', (ring) => Number(ring.whole));
  const nodes: Gauge = new Gauge({
    name: 'coring_ring_nodes',
    help: 'Nodes of the ring, by state',
    labelNames: ['state'],
    registers: [registry],
    collect: () => {
      const states = node.isReady ? node.ring().nodes.map(({ state }) => state) : [];
      for (const state of memberStates) nodes.set({ state }, states.filter((one) => one === state).length);
    },
  });
}
