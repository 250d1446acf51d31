import { type CopiesBody, memberStates, type RingBody, ringHealths } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import type { Figures } from './figures.js';

/** How often the copies of all files are counted for these figures at most, in milliseconds. */
const COPIES_EVERY_MS = 60_000;

/** The ring as this node sees it. */
export function ringFigures(figures: Figures, node: NodeFace, ring: () => RingBody | undefined, copies: () => Promise<CopiesBody>): void {
  const ofRing = (valueOf: (ring: RingBody) => number | undefined) => (): number | undefined => {
    const seen = ring();
    return seen && valueOf(seen);
  };
  figures.gauges('coring_build_info', 'Always 1; the release of this node is in its label', ['version'], () => {
    const { version } = ring() ?? {};
    return version === undefined ? [] : [[{ version }, 1]];
  });
  figures.gauges('coring_ring_nodes', 'Nodes of the ring, by state', ['state'], () => {
    const states = ring()?.nodes.map(({ state }) => state) ?? [];
    return memberStates.map((state) => [{ state }, states.filter((one) => one === state).length] as const);
  });
  figures.gauge('coring_ring_suspects', 'Nodes that do not answer this node just now and are not taken for dead yet', ofRing(({ nodes }) => nodes.filter(({ suspected }) => suspected === true).length));
  figures.gauge('coring_ring_whole', '1 while every node that has not left is up and the last CHECK came home', ofRing(({ whole }) => Number(whole)));
  figures.gauges('coring_ring_state', '1 for the state that the ring is in', ['state'], () => {
    const health = ring()?.state;
    return health === undefined ? [] : ringHealths.map((state) => [{ state }, Number(health === state)] as const);
  });
  figures.gauge('coring_ring_check_seconds', 'How long the last CHECK that came home took', ofRing(({ lastCheck }) => lastCheck && lastCheck.tookMs / 1000));
  figures.gauge('coring_ring_check_age_seconds', 'How long ago the last CHECK came home', ofRing(({ lastCheck }) => lastCheck && Math.max(0, Date.now() - lastCheck.atMs) / 1000));
  figures.gauge('coring_epoch', 'Number of the newest epoch', ofRing(({ epoch }) => epoch));
  figures.gauge('coring_epoch_oldest', 'Number of the oldest epoch in force: below the newest while copies follow a change', ofRing(({ oldestEpoch }) => oldestEpoch));
  const counted = lastCount(node, copies);
  figures.gauge('coring_copies_wanted', 'Copies that each file should have', () => counted()?.wanted);
  figures.gauges('coring_ring_files', 'Files of the whole ring, by how many copies are on nodes that are up; counted once a minute at most, first after the first look here', ['copies'], () => {
    const { wanted = 0, byCopies = {} } = counted() ?? {};
    // What there may be too few of is there from the beginning: an alarm on it needs no case for its absence.
    const all = { ...Object.fromEntries(Array.from({ length: wanted }, (_, i) => [i + 1, 0])), ...byCopies };
    return Object.entries(all).map(([number, files]) => [{ copies: number }, files] as const);
  });
}

/** What was counted last. Nobody who reads the figures waits for a count. */
function lastCount(node: NodeFace, copies: () => Promise<CopiesBody>): () => CopiesBody | undefined {
  let last: CopiesBody | undefined;
  let nextMs = -Infinity;
  return () => {
    if (node.isReady && !node.isStopping && performance.now() >= nextMs) {
      nextMs = performance.now() + COPIES_EVERY_MS;
      copies().then((body) => (last = body), (error: unknown) => node.log.debug({ err: error }, 'copies were not counted'));
    }
    return last;
  };
}
