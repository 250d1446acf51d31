import type { CopiesBody, RingBody } from '@coring/protocol';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { NodeFace } from '../../node/node-face.js';
import type { Traffic } from '../../node/traffic.js';
import type { RequestTally } from '../request-tally.js';
import { diskFigures } from './disk-figures.js';
import { Figures } from './figures.js';
import { ringFigures } from './ring-figures.js';
import { durationsText, trafficFigures } from './traffic-figures.js';

export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

export interface Measured {
  readonly tally: RequestTally;
  readonly traffic: Traffic;
  /** How many watch the events. */
  readonly watchers: { readonly size: number };
  /** Counts the copies of all files. */
  readonly copies: () => Promise<CopiesBody>;
}

/** How often the delay of the event loop is sampled once somebody has asked for it, in milliseconds. */
const LAG_SAMPLED_EVERY_MS = 100;

/** The figures of a node as Prometheus reads them: of this node alone, since a process may run several, and of its process under the usual names. */
export function metricsOf(node: NodeFace, { tally, traffic, watchers, copies }: Measured): Metrics {
  const registry = new Registry();
  const figures = new Figures(registry);
  // One look at the ring for all figures of an answer; none before the node has joined.
  let seen: RingBody | undefined;
  const ring = (): RingBody | undefined => seen;
  ringFigures(figures, node, ring, copies);
  diskFigures(figures, node, ring);
  trafficFigures(figures, node, tally, traffic);
  figures.gauge('coring_event_watchers', 'Who watches /events, other nodes included', () => watchers.size);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLED_EVERY_MS });
  return {
    contentType: registry.contentType,
    text: async () => {
      seen = node.isReady ? node.ring() : undefined;
      return `${await registry.metrics()}\n${durationsText(tally)}`;
    },
  };
}
