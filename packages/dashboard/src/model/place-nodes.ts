export interface Place {
  readonly x: number;
  readonly y: number;
  /** In radians, clockwise from the top. */
  readonly angle: number;
}

/** How much is said at each node: `large` address and figures, `medium` a short name along the radius, `small` nothing but the node. */
export type Detail = 'large' | 'medium' | 'small';

export interface Layout {
  readonly centre: { readonly x: number; readonly y: number };
  readonly radius: number;
  /** Radius of a node. */
  readonly dot: number;
  readonly detail: Detail;
  readonly places: readonly Place[];
}

export const LARGE_MAX = 12;
/** Closest that two names along the radius may stand, in pixels. */
const NAME_STEP = 9;
/** Room beside the ring for a node, for one that stands aside, and for the gap before its label, in pixels. */
const BESIDE = 46;
/** Room above and below for a label of two lines. */
const ABOVE = 72;
/** A ring is not drawn smaller for the sake of long labels. */
export const RADIUS_MIN = 76;

/**
 * Where so many nodes stand on a ring that is drawn in a picture of that size, in pixels: evenly, clockwise in ring order, the first at the top.
 * `labelWidth`: the widest label beside a node, in pixels.
 */
export function placeNodes(count: number, width: number, height: number, labelWidth: number): Layout {
  const centre = { x: width / 2, y: height / 2 };
  const half = Math.min(width, height) / 2;
  const named = Math.max(RADIUS_MIN, half - labelWidth - 22);
  const detail: Detail = count <= LARGE_MAX ? 'large' : (Math.PI * 2 * (named + 12)) / count >= NAME_STEP ? 'medium' : 'small';
  const radius = detail === 'large' ? Math.max(RADIUS_MIN, Math.min(width / 2 - labelWidth - BESIDE, height / 2 - ABOVE)) : detail === 'medium' ? named : half - 16;
  const step = (Math.PI * 2) / Math.max(1, count);
  const dot = detail === 'large' ? Math.min(17, Math.max(11, radius / 9)) : Math.max(1.5, Math.min(6.5, (step * radius) / 3.2));
  const places = Array.from({ length: count }, (_, i) => placeAt(centre, radius, step * i));
  return { centre, radius, dot, detail, places };
}

/** The point on a circle, the angle clockwise from the top. */
export function placeAt({ x, y }: Layout['centre'], radius: number, angle: number): Place {
  return { x: x + Math.sin(angle) * radius, y: y - Math.cos(angle) * radius, angle };
}

/** An arc clockwise from one node to another along the ring, with room left for both: an SVG path. A whole turn where both are one. */
export function arcPath({ centre, radius }: Layout, from: Place, to: Place, gapFrom: number, gapTo: number): string {
  const [start, end] = arcAngles(radius, from, to, gapFrom, gapTo);
  const [a, b] = [placeAt(centre, radius, start), placeAt(centre, radius, end)];
  const large = end - start > Math.PI ? 1 : 0;
  return `M${round(a.x)} ${round(a.y)}A${round(radius)} ${round(radius)} 0 ${large} 1 ${round(b.x)} ${round(b.y)}`;
}

/** Where such an arc begins and ends; the end is never before the beginning. */
export function arcAngles(radius: number, from: Place, to: Place, gapFrom: number, gapTo: number): readonly [number, number] {
  const turn = Math.PI * 2;
  const span = (((to.angle - from.angle) % turn) + turn) % turn || turn;
  const start = from.angle + gapFrom / radius;
  return [start, Math.max(start, from.angle + span - gapTo / radius)];
}

/** A bent line through the inside of the ring from one node to another: an SVG path. */
export function chordPath({ centre }: Layout, from: Place, to: Place, gap: number): string {
  const bend = (place: Place): { x: number; y: number } => ({ x: centre.x + (place.x - centre.x) * 0.35, y: centre.y + (place.y - centre.y) * 0.35 });
  const inwards = (place: Place): { x: number; y: number } => {
    const length = Math.hypot(place.x - centre.x, place.y - centre.y) || 1;
    return { x: place.x - ((place.x - centre.x) / length) * gap, y: place.y - ((place.y - centre.y) / length) * gap };
  };
  const [a, b, c, d] = [inwards(from), bend(from), bend(to), inwards(to)];
  return `M${round(a.x)} ${round(a.y)}C${round(b.x)} ${round(b.y)} ${round(c.x)} ${round(c.y)} ${round(d.x)} ${round(d.y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
