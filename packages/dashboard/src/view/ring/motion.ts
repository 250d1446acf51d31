import type { EventAt } from '@coring/protocol';
import { type Hop, Laps } from '../../model/laps.js';
import { arcAngles, arcPath, chordPath, type Layout, type Place, placeAt } from '../../model/place-nodes.js';

const SVG = 'http://www.w3.org/2000/svg';
/** How long the tail of a CHECK is, in pixels along the ring. */
const TAIL = 46;
/** How long bytes on their way stay visible after the last was heard of, in milliseconds. */
const FLOW_MS = 1600;
const FLOWS_MAX = 60;
/** How long an arc stays lit where nothing may move. */
const LIT_MS = 700;

/** Where things are drawn just now. */
export interface Stage {
  readonly layout: Layout;
  readonly places: ReadonlyMap<string, Place>;
}

interface Flow {
  readonly path: SVGPathElement;
  untilMs: number;
}

interface Flight {
  readonly hop: Hop;
  path: SVGPathElement | undefined;
}

/** What moves on the ring: CHECKs from node to node, bytes across. Drawn beside Preact, frame by frame, only while something moves. */
export class Motion {
  stage: Stage | undefined;
  readonly #laps = new Laps();
  readonly #flights = new Set<Flight>();
  readonly #flows = new Map<string, Flow>();
  #frame = 0;
  readonly #still = window.matchMedia('(prefers-reduced-motion: reduce)');

  constructor(private readonly group: SVGGElement) {}

  take(events: readonly EventAt[]): void {
    // Nobody sees it; it would all come at once later.
    if (document.hidden) return;
    const nowMs = performance.now();
    for (const event of events) {
      if (event.type === 'check') {
        const hop = this.#laps.hop(event, this.stage?.places.size ?? 0, nowMs);
        if (hop !== undefined) this.#flights.add({ hop, path: undefined });
      } else if (event.type === 'copied') this.#flow('copy', event.from, event.at, nowMs);
      else if (event.type === 'moving') for (const from of event.from) this.#flow('copy', from, event.at, nowMs + FLOW_MS);
      else if (event.type === 'forward' && event.to !== undefined) this.#flow('forward', event.at, event.to, nowMs);
    }
    this.#go();
  }

  /** Everything stands elsewhere now. */
  restage(stage: Stage): void {
    this.stage = stage;
    for (const { path } of this.#flows.values()) path.remove();
    this.#flows.clear();
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.group.replaceChildren();
  }

  #go(): void {
    if (this.#frame === 0 && (this.#flights.size > 0 || this.#flows.size > 0)) this.#frame = requestAnimationFrame((nowMs) => this.#draw(nowMs));
  }

  #draw(nowMs: number): void {
    this.#frame = 0;
    for (const flight of this.#flights) if (!this.#fly(flight, nowMs)) this.#flights.delete(flight);
    for (const [key, { path, untilMs }] of this.#flows) {
      if (untilMs > nowMs) continue;
      path.remove();
      this.#flows.delete(key);
    }
    this.#go();
  }

  /** Draws a hop as it is now; false once it is over. */
  #fly(flight: Flight, nowMs: number): boolean {
    const { from, to, startMs, tookMs } = flight.hop;
    if (nowMs < startMs) return true;
    const lasts = this.#still.matches ? LIT_MS : tookMs;
    const [a, b] = [this.stage?.places.get(from), this.stage?.places.get(to)];
    if (nowMs >= startMs + lasts || a === undefined || b === undefined) {
      flight.path?.remove();
      return false;
    }
    flight.path ??= this.#path(this.#still.matches ? 'check lit' : 'check');
    const { layout } = this.stage!;
    flight.path.setAttribute('d', this.#still.matches ? arcPath(layout, a, b, layout.dot + 4, layout.dot + 4) : cometPath(layout, a, b, (nowMs - startMs) / lasts));
    return true;
  }

  #flow(kind: 'copy' | 'forward', from: string, to: string, nowMs: number): void {
    const key = `${kind} ${from} ${to}`;
    const known = this.#flows.get(key);
    if (known !== undefined) {
      known.untilMs = nowMs + FLOW_MS;
      return;
    }
    const [a, b] = [this.stage?.places.get(from), this.stage?.places.get(to)];
    if (a === undefined || b === undefined || a === b || this.#flows.size >= FLOWS_MAX) return;
    const path = this.#path(`flow ${kind}`);
    path.setAttribute('d', chordPath(this.stage!.layout, a, b, this.stage!.layout.dot + 5));
    this.#flows.set(key, { path, untilMs: nowMs + FLOW_MS });
  }

  #path(kind: string): SVGPathElement {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', kind);
    this.group.append(path);
    return path;
  }
}

/** A CHECK that has gone so much of its way, from 0 to 1, with its tail. */
function cometPath({ centre, radius, dot }: Layout, from: Place, to: Place, way: number): string {
  const [start, end] = arcAngles(radius, from, to, dot, dot);
  const head = start + (end - start) * way;
  const tail = Math.max(start, head - TAIL / radius);
  const [a, b] = [placeAt(centre, radius, tail), placeAt(centre, radius, head)];
  return `M${a.x} ${a.y}A${radius} ${radius} 0 0 1 ${b.x} ${b.y}`;
}
