import type { Layout, Place } from '../../model/place-nodes.js';
import type { ShownState } from '../../model/picture.js';

interface NodeMarkProps {
  readonly place: Place;
  readonly dot: number;
  readonly state: ShownState;
  /** How much of its copies it has taken over, from 0 to 1; absent when it has everything. */
  readonly taken: number | undefined;
}

/** A node by its shape: up is full, suspected dashed with a question mark, down crossed out, leaving half, asleep barred. */
export function NodeMark({ place: { x, y }, dot, state, taken }: NodeMarkProps) {
  const cross = dot * 0.42;
  return (
    <g class={`mark ${state}`}>
      <circle class="body" cx={x} cy={y} r={dot} />
      {state === 'down' && <path class="sign" d={`M${x - cross} ${y - cross}L${x + cross} ${y + cross}M${x + cross} ${y - cross}L${x - cross} ${y + cross}`} />}
      {state === 'leaving' && <path class="half" d={`M${x} ${y - dot}A${dot} ${dot} 0 0 0 ${x} ${y + dot}Z`} />}
      {state === 'asleep' && <path class="sign" d={`M${x - cross} ${y}H${x + cross}`} />}
      {state === 'suspected' && <path class="sign" transform={`translate(${x} ${y}) scale(${dot / 12})`} d="M-3-2.5a3 3 0 1 1 3 3v2m0 3v.2" />}
      {taken !== undefined && <Gauge x={x} y={y} radius={dot + 4} share={taken} />}
    </g>
  );
}

/** How far it is, as a part of a circle around the node. */
function Gauge({ x, y, radius, share }: { readonly x: number; readonly y: number; readonly radius: number; readonly share: number }) {
  const length = Math.PI * 2 * radius;
  return (
    <g class="gauge" fill="none">
      <circle class="track" cx={x} cy={y} r={radius} />
      <circle cx={x} cy={y} r={radius} stroke-dasharray={`${length * share} ${length}`} transform={`rotate(-90 ${x} ${y})`} />
    </g>
  );
}

/** The name of a node and a line below it, beside the node, away from the ring. */
export function NodeLabel({ place, layout: { dot }, name, figure }: { readonly place: Place; readonly layout: Layout; readonly name: string; readonly figure: string }) {
  const [sin, cos] = [Math.sin(place.angle), Math.cos(place.angle)];
  const isBeside = Math.abs(sin) > 0.3;
  const x = place.x + (isBeside ? Math.sign(sin) * (dot + 10) : 0);
  const y = place.y + (isBeside ? -cos * 10 - 3 : cos > 0 ? -dot - 26 : dot + 20);
  const anchor = isBeside ? (sin > 0 ? 'start' : 'end') : 'middle';
  return (
    <g class="label" text-anchor={anchor}>
      <text class="name" x={x} y={y}>
        {name}
      </text>
      <text class="figure" x={x} y={y + 15}>
        {figure}
      </text>
    </g>
  );
}

/** A ring smaller than this, in pixels, has no room for words inside. */
const ROOMY = 110;

/** A short name along the radius, outside of the ring; its state, where it is not up, inside. To be read from left to right. */
export function RadialLabel({ place: { x, y, angle }, layout: { dot, radius }, name, state }: { readonly place: Place; readonly layout: Layout; readonly name: string; readonly state: ShownState }) {
  const side = Math.sin(angle) < -1e-9 ? -1 : 1;
  const degrees = (angle * 180) / Math.PI - 90 * side;
  const along = (way: number, text: string) => (
    <text x={(dot + 6) * way * side} text-anchor={way * side > 0 ? 'start' : 'end'} dominant-baseline="central">
      {text}
    </text>
  );
  return (
    <g class="radial" transform={`translate(${x} ${y}) rotate(${degrees})`}>
      {along(1, name)}
      {state !== 'up' && radius > ROOMY && along(-1, state)}
    </g>
  );
}
