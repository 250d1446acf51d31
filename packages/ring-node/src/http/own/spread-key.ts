import { type CodesReady, codesReadySchema, paths, type RingBody } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import { askPeer } from '../ring/ask-peer.js';

const WITHIN_MS = 5_000;

/** Has the ring's other nodes look for the key of the codes, each once, as soon as they are seen to be up: whoever has it can go on when it is cut off. */
export class KeySpreader {
  readonly #node: NodeFace;
  /** Ids of those that said that they have it. */
  readonly #have = new Set<string>();
  readonly #asking = new Set<string>();

  constructor(node: NodeFace) {
    this.#node = node;
  }

  /** Asks those that were not heard of yet; nobody waits for it. */
  spread(): void {
    const { self, nodes } = this.#node.ring();
    for (const node of nodes) if (node.nodeId !== self && node.state === 'up') void this.#ask(node);
  }

  async #ask({ nodeId, address }: RingBody['nodes'][number]): Promise<void> {
    if (this.#have.has(nodeId) || this.#asking.has(nodeId)) return;
    this.#asking.add(nodeId);
    const answer = await askPeer<CodesReady>({ address, target: paths.codes, schema: codesReadySchema, bytesMax: 1_000, withinMs: WITHIN_MS }, this.#node.log);
    this.#asking.delete(nodeId);
    if (answer?.ready === true) this.#have.add(nodeId);
  }
}
