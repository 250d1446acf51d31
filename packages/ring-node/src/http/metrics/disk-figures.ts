import type { RingBody, RingNode } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import type { Figures } from './figures.js';

/** What this node keeps, what it takes over, and how far it is with reading it all. */
export function diskFigures(figures: Figures, node: NodeFace, ring: () => RingBody | undefined): void {
  const own = (valueOf: (own: Partial<RingNode>) => number | undefined) => (): number | undefined => {
    const { nodes, self } = ring() ?? {};
    const row = nodes?.find(({ nodeId }) => nodeId === self);
    return row && valueOf(row);
  };
  figures.gauge('coring_files', 'Names of which this node keeps bytes', own(({ files = 0 }) => files));
  figures.gauge('coring_bytes', 'Bytes of files that this node keeps', own(({ bytes = 0 }) => bytes));
  figures.gauge('coring_free_bytes', 'Bytes that the disk of this node has left', own(({ freeBytes = 0 }) => freeBytes));
  figures.gauge('coring_disk_full', '1 while the disk is so full that this node takes no uploads', () => Number(node.isDiskFull));
  figures.gauge('coring_lag_seconds', 'How late the timers of this node are', own(({ lagMs = 0 }) => lagMs / 1000));
  figures.gauge('coring_move_buckets_left', 'Buckets whose copies this node has yet to take over for the newest epoch', own(({ movement }) => (movement === undefined ? 0 : movement.bucketsTotal - movement.bucketsDone)));
  figures.gauge('coring_move_bytes_left', 'Bytes that this is about', own(({ movement }) => movement?.bytesLeft ?? 0));
  figures.gauge('coring_move_bytes_per_second', 'How fast it takes them over', own(({ movement }) => movement?.bytesPerSecond ?? 0));
  figures.gauge('coring_move_seconds_left', 'About how long that will take; not there while nothing can be said', own(({ movement }) => (movement === undefined ? 0 : movement.secondsLeft)));
  figures.gauge('coring_scrub_running', '1 while this node reads all its copies', () => Number(node.scrubbed().state === 'running'));
  figures.gauge('coring_scrub_bytes_left', 'Bytes that the reading of all copies under way has yet to read', () => {
    const { bytesTotal = 0, bytes, state } = node.scrubbed();
    return state === 'running' ? Math.max(0, bytesTotal - bytes) : 0;
  });
  figures.gauge('coring_scrub_seconds_left', 'About how long that will take', () => node.scrubbed().secondsLeft ?? 0);
  figures.gauge('coring_scrub_damaged', 'Damaged copies that the last reading of all copies, or the one under way, has found', () => node.scrubbed().damaged);
  figures.gauge('coring_scrub_finished_timestamp_seconds', 'When all copies were last read to the end, since 1970; not there where they never were', () => {
    const { finished } = node.scrubbed();
    return finished === undefined ? undefined : Date.parse(finished) / 1000;
  });
}
