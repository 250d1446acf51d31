import type { RingNode } from '@coring/protocol';
import { placeAt } from '../../model/place-nodes.js';

/** Among more nodes only those are drawn that have a copy. */
const DOTS_MAX = 16;

/** Where copies are: the ring in small, full where one is. */
export function Where({ nodes, holders }: { readonly nodes: readonly RingNode[]; readonly holders: readonly string[] }) {
  const held = nodes.filter(({ nodeId }) => holders.includes(nodeId)).map(({ address }) => address);
  const words = held.length === 0 ? 'no node that is known' : held.join(', ');
  return (
    <svg class="where" width="26" height="26" viewBox="-13 -13 26 26" role="img">
      <title>{words}</title>
      <circle class="round" r="9" fill="none" />
      {nodes.map(({ nodeId }, i) => {
        const isHere = holders.includes(nodeId);
        if (!isHere && nodes.length > DOTS_MAX) return null;
        const { x, y } = placeAt({ x: 0, y: 0 }, 9, (Math.PI * 2 * i) / nodes.length);
        return <circle key={nodeId} class={isHere ? 'here' : 'not'} cx={x} cy={y} r={isHere ? 3.2 : 1.8} />;
      })}
    </svg>
  );
}
