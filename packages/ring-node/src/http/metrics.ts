import { memberStates, type Movement } from '@coring/protocol';
import { Counter, Gauge, Registry } from 'prom-client';
import type { NodeFace } from '../node/node-face.js';
import { durationBounds, type RequestTally } from './request-tally.js';

export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** The figures of a node as Prometheus reads them: of this node alone, since a process may run several. */
export function metricsOf(node: NodeFace, tally: RequestTally): Metrics {
  const registry = new Registry();
  ringGauges(node, registry);
  memoryGauges(registry);
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
  const events: Counter = new Counter({
    name: 'coring_events_total',
    help: 'Events of this node, by type, as /events tells them: "damaged" is a copy that the disk did not give back as it was kept',
    labelNames: ['type'],
    registers: [registry],
    collect: () => {
      events.reset();
      for (const [type, count] of node.eventCounts()) events.inc({ type }, count);
    },
  });
  return { contentType: registry.contentType, text: async () => `${await registry.metrics()}\n${durationsText(tally)}` };
}

/** The durations as a histogram: prom-client's own can only observe one after the other, and these are counted already. */
function durationsText(tally: RequestTally): string {
  const name = 'coring_http_request_duration_seconds';
  const lines = [`# HELP ${name} Time from the arrival of a request until its answer was out`, `# TYPE ${name} histogram`];
  for (const { route, method, classes, count, sumSeconds } of tally.durations()) {
    const labels = `route="${route}",method="${method}"`;
    let below = 0;
    for (const [i, inClass] of classes.entries()) lines.push(`${name}_bucket{le="${durationBounds[i]}",${labels}} ${(below += inClass)}`);
    lines.push(`${name}_bucket{le="+Inf",${labels}} ${count}`, `${name}_sum{${labels}} ${sumSeconds}`, `${name}_count{${labels}} ${count}`);
  }
  return `${lines.join('\n')}\n`;
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
  gauge('coring_move_buckets_left', 'Buckets whose copies this node has yet to take over for the newest epoch', (ring) => bucketsLeft(own(ring)?.movement));
  gauge('coring_move_bytes_left', 'Bytes that this is about', (ring) => own(ring)?.movement?.bytesLeft ?? 0);
  gauge('coring_move_bytes_per_second', 'How fast it takes them over', (ring) => own(ring)?.movement?.bytesPerSecond ?? 0);
  gauge('coring_scrub_bytes_left', 'Bytes that the reading of all copies under way has yet to read', () => bytesToScrub(node));
  gauge('coring_scrub_damaged', 'Damaged copies that the last reading of all copies, or the one under way, has found', () => node.scrubbed().damaged);
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

/** Of the whole process, under the names that are usual for them. */
function memoryGauges(registry: Registry): void {
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(value()) });
  };
  gauge('process_resident_memory_bytes', 'Memory of the process, in bytes', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'Bytes of it that JavaScript objects take', () => process.memoryUsage().heapUsed);
}

function bytesToScrub(node: NodeFace): number {
  const { bytesTotal = 0, bytes, state } = node.scrubbed();
  return state === 'running' ? Math.max(0, bytesTotal - bytes) : 0;
}

function bucketsLeft(movement: Movement | undefined): number {
  return movement === undefined ? 0 : movement.bucketsTotal - movement.bucketsDone;
}
