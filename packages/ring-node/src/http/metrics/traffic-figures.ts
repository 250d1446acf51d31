import type { NodeFace } from '../../node/node-face.js';
import type { Traffic } from '../../node/traffic.js';
import { durationBounds, type RequestTally } from '../request-tally.js';
import type { Figures } from './figures.js';

/** What clients and peers ask of this node. */
export function trafficFigures(figures: Figures, node: NodeFace, tally: RequestTally, traffic: Traffic): void {
  figures.counters('coring_http_requests_total', 'Requests answered, by route, method and status; status "gone" where the client left first', ['route', 'method', 'status'], () =>
    [...tally.requests()].map(({ route, method, status, count }) => [{ route, method, status }, count] as const),
  );
  figures.gauge('coring_http_connections', 'Open connections of clients', () => traffic.connections);
  figures.counter('coring_http_received_bytes_total', 'Bytes that came in from clients', () => traffic.bytesIn);
  figures.counter('coring_http_sent_bytes_total', 'Bytes that went out to clients', () => traffic.bytesOut);
  figures.gauge('coring_links', 'Open connections to and from other nodes', () => node.linkTraffic?.connections ?? 0);
  figures.counter('coring_link_received_bytes_total', 'Bytes that came in from other nodes', () => node.linkTraffic?.bytesIn ?? 0);
  figures.counter('coring_link_sent_bytes_total', 'Bytes that went out to other nodes', () => node.linkTraffic?.bytesOut ?? 0);
  figures.counters('coring_events_total', 'Events of this node, by type, as /events tells them: "damaged" is a copy that the disk did not give back as it was kept', ['type'], () =>
    [...node.eventCounts()].map(([type, count]) => [{ type }, count] as const),
  );
}

/** The durations as a histogram: prom-client's own can only observe one after the other, and these are counted already. */
export function durationsText(tally: RequestTally): string {
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
