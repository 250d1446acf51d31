import { bytesInWords, countOf, durationInWords } from '@coring/protocol';
import { shortened } from '../shortened.js';
import type { Layout } from '../../model/place-nodes.js';
import { type Picture, present } from '../../model/picture.js';

interface RingCentreProps {
  readonly picture: Picture;
  readonly layout: Layout;
  readonly shared: string | undefined;
  readonly heldName: string | undefined;
  readonly heldCopies: number;
}

/** The figures of all, in the middle: or which file it is whose holders are shown. */
export function RingCentre({ picture, layout: { centre, radius }, shared, heldName, heldCopies }: RingCentreProps) {
  const lines = heldName === undefined ? figures(picture, shared) : [shortened(heldName.slice(heldName.lastIndexOf('/') + 1), Math.max(8, Math.floor(radius / 7.5))), heldCopies === 1 ? 'is on this node' : `is on ${countOf(heldCopies, 'node')}`];
  // As many as there is room for.
  lines.splice(Math.floor((radius * 1.25) / 19));
  const top = centre.y - (lines.length - 1) * 9;
  return (
    <g class="centre" text-anchor="middle" aria-hidden="true">
      {lines.map((line, i) => (
        <text key={i} class={i === 0 ? 'first' : ''} x={centre.x} y={top + i * 19} dominant-baseline="central">
          {line}
        </text>
      ))}
    </g>
  );
}

function figures({ ring, copies, loads, lastLap }: Picture, shared: string | undefined): string[] {
  const nodes = present(ring);
  const bytes = nodes.reduce((sum, { state, bytes }) => sum + (state === 'down' ? 0 : (bytes ?? 0)), 0);
  const requests = [...loads.values()].reduce((sum, load) => sum + load.requests, 0);
  return [
    countOf(nodes.length, 'node'),
    copies && countOf(copies.files, 'file'),
    bytes > 0 && `${bytesInWords(bytes)} in all copies`,
    shared && `at ${shared}`,
    lastLap && `CHECK ${countOf(lastLap.hops, 'hop')}, ${durationInWords(lastLap.tookMs)}`,
    requests > 0 && `${countOf(requests, 'request')}/s`,
  ].filter((line) => typeof line === 'string');
}
