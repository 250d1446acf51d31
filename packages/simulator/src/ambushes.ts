import type { MessageType } from '@coring/protocol';
import type { SimulatedNode } from './simulated-node.js';

/** Something that befalls the node that sends, or gets, one of the next messages of a type. */
export interface Ambush {
  readonly type: MessageType;
  readonly as: 'sender' | 'receiver';
  /** So many of them pass before. */
  readonly passing: number;
  readonly strike: (node: SimulatedNode) => void;
}

/** Faults that wait for a moment of the protocol: most of its states last for less than a millisecond, and a fault at a random time hardly ever meets them. */
export class Ambushes {
  readonly #waiting = new Map<Ambush, number>();

  lay(ambush: Ambush): void {
    this.#waiting.set(ambush, ambush.passing);
  }

  met(as: Ambush['as'], type: MessageType, node: SimulatedNode): void {
    for (const [ambush, left] of this.#waiting) {
      if (ambush.type !== type || ambush.as !== as) continue;
      this.#waiting.set(ambush, left - 1);
      if (left > 0) continue;
      this.#waiting.delete(ambush);
      ambush.strike(node);
    }
  }

  endAll(): void {
    this.#waiting.clear();
  }
}
