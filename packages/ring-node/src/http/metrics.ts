import { memberStates } from '@coring/protocol';
import { Counter, Gauge, Histogram, type MetricObjectWithValues, type MetricValueWithName, Registry } from 'prom-client';
import type { NodeFace } from '../node/node-face.js';
import { durationBounds, type RequestTally } from './request-tally.js';

/** The figures of a node as Prometheus reads them: of this node alone, since a process may run several. */
export function metricsOf(node: NodeFace, tally: RequestTally): Registry {
  const registry = new Registry();
  ringGauges(node, registry);
  const requests: Counter = new Counter({
    name: 'coring_http_requests_total',
    help: 'Requests answered, by route, method and status; status "gone" where the client left first',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
    collect: () => {
      requests.reset();
      for (const { route, method, status, count } of tally.requests()) requests.inc({ route, method, status }, count);
    },
  });
  registry.registerMetric(new TalliedDurations(tally));
  return registry;
}

const DURATIONS = 'coring_http_request_duration_seconds';

/** A histogram of what the tally has counted: nothing is observed here. */
class TalliedDurations extends Histogram {
  readonly #tally: RequestTally;

  constructor(tally: RequestTally) {
    super({
      name: DURATIONS,
      help: 'Time from the arrival of a request until its answer was out',
      labelNames: ['route', 'method'],
      buckets: [...durationBounds],
      registers: [],
    });
    this.#tally = tally;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const metric = await super.get();
    const values = [...this.#tally.durations()].flatMap(({ route, method, classes, count, sumSeconds }) => {
      const labels = { route, method };
      let below = 0;
      const buckets = classes.map((inClass, i) => ({ metricName: `${DURATIONS}_bucket`, labels: { le: durationBounds[i]!, ...labels }, value: (below += inClass) }));
      return [
        ...buckets,
        { metricName: `${DURATIONS}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
        { metricName: `${DURATIONS}_sum`, labels, value: sumSeconds },
        { metricName: `${DURATIONS}_count`, labels, value: count },
      ];
    });
    return { ...metric, values };
  }
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
