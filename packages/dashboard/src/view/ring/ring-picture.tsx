import type { EventAt, RingNode } from '@coring/protocol';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Picture, present, type ShownState, shownState } from '../../model/picture.js';
import { arcPath, LARGE_MAX, type Layout, type Place, placeAt, placeNodes, RADIUS_MIN } from '../../model/place-nodes.js';
import { stepTo } from '../step.js';
import { RingCentre } from './ring-centre.js';
import { figureOf, fullNames, NAME_MAX, type Names, shortNames } from './labels.js';
import { Motion } from './motion.js';
import { NodeLabel, NodeMark, RadialLabel } from './node-mark.js';

/** The file that is looked at, and the nodes that have it. */
export interface Held {
  readonly name: string;
  readonly nodes: ReadonlySet<string>;
}

interface RingPictureProps {
  readonly picture: Picture;
  readonly selected: string | undefined;
  readonly held: Held | undefined;
  onSelect(nodeId: string): void;
  /** Hands on what happens, as it happens. */
  watch(watcher: (events: readonly EventAt[]) => void): () => void;
}

/** Widths of a character of a name, of one along the radius, and of the line below a name, in pixels. */
const NAME_CHARACTER = 7.4;
const SMALL_CHARACTER = 5.9;
const FIGURE_WIDTH = 104;
/** A picture narrower than this, in pixels, and one of more nodes than that, has shorter names, of so many characters at most. */
const NARROW = 440;
const CROWD = 40;
const SHORT_MAX = 9;
/** How far out a node stands that the ring goes past, in pixels. */
const ASIDE = 12;

/** The ring: nodes in its order clockwise, arrows from each to the next, CHECK on its way. */
export function RingPicture({ picture, selected, held, onSelect, watch }: RingPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const moving = useRef<SVGGElement>(null);
  const motion = useRef<Motion>(undefined);
  const { width, height } = useSize(box);
  const [focused, setFocused] = useState(0);
  const nodes = present(picture.ring);
  const states = nodes.map((node) => shownState(picture, node));
  const { names, layout } = laidOut(nodes, width, height);
  const shown = nodes.map((node, i) => ({ node, state: states[i]!, place: aside(layout, layout.places[i]!, states[i]!) }));
  const geometry = `${width} ${height} ${nodes.map(({ nodeId }) => nodeId).join()}`;

  useEffect(() => {
    motion.current = new Motion(moving.current!);
    const unwatch = watch((events) => motion.current?.take(events));
    return () => {
      unwatch();
      motion.current?.stop();
    };
  }, []);
  useEffect(() => motion.current?.restage({ layout, places: new Map(nodes.map(({ nodeId }, i) => [nodeId, layout.places[i]!])) }), [geometry]);

  function onKey(event: KeyboardEvent): void {
    const next = stepTo(event.key, focused, nodes.length);
    if (event.key === 'Enter' || event.key === ' ') onSelect(nodes[focused]!.nodeId);
    else if (next === undefined) return;
    else {
      setFocused(next);
      box.current?.querySelectorAll<SVGGElement>('.node')[next]?.focus();
    }
    event.preventDefault();
  }

  return (
    <div class={`ring-picture ${layout.detail}`} ref={box}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={`The ring of ${nodes.length}, in its order`} onKeyDown={onKey}>
        <Arrows layout={layout} shown={shown} />
        {held !== undefined && <Spokes layout={layout} places={shown.filter(({ node }) => held.nodes.has(node.nodeId)).map(({ place }) => place)} />}
        <g ref={moving} class="moving" />
        <RingCentre picture={picture} layout={layout} shared={names.shared} heldName={held?.name} heldCopies={held?.nodes.size ?? 0} />
        {shown.map(({ node, state, place }, i) => (
          <g
            key={node.nodeId}
            class={`node${node.nodeId === selected ? ' selected' : ''}${node.nodeId === picture.ring?.self ? ' self' : ''}${held?.nodes.has(node.nodeId) ? ' holds' : ''}`}
            role="button"
            tabIndex={i === Math.min(focused, nodes.length - 1) ? 0 : -1}
            aria-pressed={node.nodeId === selected}
            aria-label={spoken(node, state, i, nodes.length, node.nodeId === picture.ring?.self)}
            onFocus={() => setFocused(i)}
            onClick={() => onSelect(node.nodeId)}
          >
            <circle class="target" cx={place.x} cy={place.y} r={Math.max(layout.dot + 6, layout.detail === 'large' ? 22 : 0)} />
            <circle class="halo" cx={place.x} cy={place.y} r={layout.dot + (layout.detail === 'large' ? 5 : 3)} />
            <NodeMark place={place} dot={layout.dot} state={state} taken={takenOver(node)} />
            <title>{`${node.address}, ${state}`}</title>
          </g>
        ))}
        <g aria-hidden="true">
          {layout.detail !== 'small' &&
            shown.map(({ node, state, place }, i) => (
              <g key={node.nodeId} onClick={() => onSelect(node.nodeId)}>
                {layout.detail === 'large' ? (
                  <NodeLabel place={place} layout={layout} name={names.of[i]!} figure={figureOf(node, state, width < NARROW)} />
                ) : (
                  <RadialLabel place={place} layout={layout} name={names.of[i]!} state={state} />
                )}
              </g>
            ))}
        </g>
      </svg>
    </div>
  );
}

/** Where everything stands, and what it is called: whole addresses where there is room for them. */
function laidOut(nodes: readonly RingNode[], width: number, height: number): { readonly names: Names; readonly layout: Layout } {
  const isLarge = nodes.length <= LARGE_MAX;
  const place = (names: Names) => {
    const longest = Math.max(0, ...names.of.map((name) => name.length));
    return { names, layout: placeNodes(nodes.length, width, height, isLarge ? Math.max(longest * NAME_CHARACTER, width < NARROW ? 0 : FIGURE_WIDTH) : longest * SMALL_CHARACTER) };
  };
  const full = place(fullNames(nodes));
  return isLarge && width >= NARROW && full.layout.radius > RADIUS_MIN ? full : place(shortNames(nodes, width < NARROW || nodes.length > CROWD ? SHORT_MAX : NAME_MAX));
}

interface Shown {
  readonly node: RingNode;
  readonly state: ShownState;
  readonly place: Place;
}

/** From each node that the ring goes through to the next of them. */
function Arrows({ layout, shown }: { readonly layout: Layout; readonly shown: readonly Shown[] }) {
  const through = shown.flatMap(({ state }, i) => (isThrough(state) ? [layout.places[i]!] : []));
  const gap = layout.dot + (layout.detail === 'small' ? 1 : 5);
  const head = layout.detail === 'large' ? 6.5 : layout.detail === 'medium' ? Math.min(4, layout.dot * 0.9) : 0;
  if (through.length < 2) return <circle class="arrows" cx={layout.centre.x} cy={layout.centre.y} r={layout.radius} fill="none" />;
  return (
    <g class="arrows">
      {through.map((place, i) => {
        const next = through[(i + 1) % through.length]!;
        const end = next.angle - (gap + head) / layout.radius;
        return (
          <>
            <path d={arcPath(layout, place, next, gap, gap + head)} fill="none" />
            {head > 1 && <path class="head" d={headPath(layout, end, head)} />}
          </>
        );
      })}
    </g>
  );
}

/** The point of an arrow along the ring, clockwise, its foot at that angle. */
function headPath({ centre, radius }: Layout, angle: number, size: number): string {
  const [inner, outer, tip] = [placeAt(centre, radius - size * 0.62, angle), placeAt(centre, radius + size * 0.62, angle), placeAt(centre, radius, angle + (size * 1.35) / radius)];
  return `M${inner.x} ${inner.y}L${tip.x} ${tip.y}L${outer.x} ${outer.y}Z`;
}

function Spokes({ layout: { centre, radius, dot }, places }: { readonly layout: Layout; readonly places: readonly Place[] }) {
  return (
    <g class="spokes">
      {places.map(({ angle }) => {
        const [a, b] = [placeAt(centre, radius * 0.6, angle), placeAt(centre, radius - dot - 8, angle)];
        return <path key={angle} d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />;
      })}
    </g>
  );
}

function isThrough(state: ShownState): boolean {
  return state === 'up' || state === 'leaving';
}

function aside({ centre, radius }: Layout, place: Place, state: ShownState): Place {
  return state === 'down' || state === 'asleep' ? placeAt(centre, radius + ASIDE, place.angle) : place;
}

function takenOver({ movement }: RingNode): number | undefined {
  return movement === undefined ? undefined : movement.bucketsTotal === 0 ? 1 : movement.bucketsDone / movement.bucketsTotal;
}

function spoken(node: RingNode, state: ShownState, i: number, count: number, isSelf: boolean): string {
  const figure = figureOf(node, state);
  return [node.address, isSelf && 'seen from here', state, figure !== state && figure, `${i + 1} of ${count}`].filter(Boolean).join(', ');
}

/** The room there is, in pixels. */
function useSize(box: { readonly current: HTMLElement | null }): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 480, height: 480 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width: Math.max(240, Math.floor(width)), height: Math.max(240, Math.floor(height)) });
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return size;
}
