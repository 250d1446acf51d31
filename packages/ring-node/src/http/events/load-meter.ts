import type { LoadEvent } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import { fileRoute } from '../file-route.js';
import type { RequestTally } from '../request-tally.js';
import type { Traffic } from '../../node/traffic.js';

type Counts = Pick<LoadEvent, 'requests' | 'puts' | 'gets' | 'deletes' | 'bytesIn' | 'bytesOut'>;

/** How busy a node was since the last look, from what is counted anyway. */
export class LoadMeter {
  readonly #node: NodeFace;
  readonly #tally: RequestTally;
  readonly #traffic: Traffic;
  #before: Counts;

  constructor(node: NodeFace, tally: RequestTally, traffic: Traffic) {
    this.#node = node;
    this.#tally = tally;
    this.#traffic = traffic;
    this.#before = this.#counts();
  }

  /** For a node that belongs to a ring. */
  measure(): LoadEvent {
    const before = this.#before;
    const now = this.#counts();
    this.#before = now;
    const { nodes, self, version, uptimeMs } = this.#node.ring();
    const { lagMs = 0, files = 0, bytes = 0, freeBytes = 0 } = nodes.find(({ nodeId }) => nodeId === self) ?? {};
    return {
      type: 'load',
      requests: now.requests - before.requests,
      puts: now.puts - before.puts,
      gets: now.gets - before.gets,
      deletes: now.deletes - before.deletes,
      bytesIn: now.bytesIn - before.bytesIn,
      bytesOut: now.bytesOut - before.bytesOut,
      lagMs,
      memoryBytes: process.memoryUsage.rss(),
      files,
      bytes,
      freeBytes,
      leftOut: 0,
      version,
      uptimeMs,
    };
  }

  #counts(): Counts {
    const counts = { requests: 0, puts: 0, gets: 0, deletes: 0, bytesIn: this.#traffic.bytesIn, bytesOut: this.#traffic.bytesOut };
    for (const { route, method, count } of this.#tally.requests()) {
      counts.requests += count;
      if (route !== fileRoute) continue;
      if (method === 'PUT') counts.puts += count;
      else if (method === 'GET') counts.gets += count;
      else if (method === 'DELETE') counts.deletes += count;
    }
    return counts;
  }
}
