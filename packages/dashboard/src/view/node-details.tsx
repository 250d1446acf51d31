import { bytesInWords, countOf, durationInWords, type RingNode } from '@coring/protocol';
import type { Picture } from '../model/picture.js';
import { addressOf, shownState } from '../model/picture.js';
import { canBeAsked } from '../net/address.js';
import { Facts } from './facts.js';
import { Inspector } from './inspector.js';
import { movementInShort } from './ring/labels.js';

/** The figures of one node, and the way to its own page. */
export function NodeDetails({ picture, node, home, onClose }: { readonly picture: Picture; readonly node: RingNode; readonly home: string; onClose(): void }) {
  const { ring, suspectedBy, loads } = picture;
  const load = loads.get(node.nodeId);
  const isSelf = node.nodeId === ring?.self;
  const uptimeMs = load?.uptimeMs ?? (isSelf ? ring?.uptimeMs : undefined);
  const version = load?.version ?? (isSelf ? ring?.version : undefined);
  const state = shownState(picture, node);
  const by = [...(suspectedBy.get(node.nodeId) ?? [])].map((id) => addressOf(ring, id));
  const facts = [
    ['State', state === 'suspected' ? `up, but does not answer ${by.join(', ')}` : state],
    ['Files', node.files === undefined ? undefined : `${node.files}, ${bytesInWords(node.bytes ?? 0)}`],
    ['Free disk', node.freeBytes === undefined ? undefined : bytesInWords(node.freeBytes)],
    ['Takes over', node.movement && `${movementInShort(node.movement)}, ${bytesInWords(node.movement.bytesLeft)} to come at ${bytesInWords(node.movement.bytesPerSecond)}/s`],
    ['Load', load && `${countOf(load.requests, 'request')}/s, ${bytesInWords(load.bytesIn)}/s in, ${bytesInWords(load.bytesOut)}/s out`],
    ['Memory', load && bytesInWords(load.memoryBytes)],
    ['Lag', node.lagMs === undefined ? undefined : durationInWords(node.lagMs)],
    ['Up for', uptimeMs === undefined ? undefined : durationInWords(uptimeMs)],
    ['Version', version],
    ['Incarnation', String(node.incarnation)],
    ['Capacity', String(node.capacity)],
    ['Zone', node.zone],
    ['Node', node.nodeId],
  ] as const;
  return (
    <Inspector title={node.address} key={node.nodeId} onClose={onClose} note={isSelf ? 'the ring is seen from here' : ''}>
      <Facts facts={facts} />
      {node.address !== home && (
        <p class="actions">
          {canBeAsked(node.address) ? (
            <a class="button" href={`http://${node.address}/`}>
              Its own page
            </a>
          ) : (
            'Its own page cannot be opened: browsers refuse this port.'
          )}
        </p>
      )}
    </Inspector>
  );
}
