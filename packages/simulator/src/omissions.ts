import type { MessageType } from '@coring/protocol';

/** Messages of one type do not get from one node to another; where one of the two is left out, from or to any. */
export interface Omission {
  readonly type: MessageType;
  readonly from?: string;
  readonly to?: string;
}

/**
 * Omission faults (Perry and Toueg, 1986) of one type of message at a time: with everything else arriving, a round stops where no cut would stop it,
 * such as after one owner alone has accepted a value.
 */
export class Omissions {
  readonly #omissions = new Set<Omission>();

  omits(type: MessageType, from: string, to: string): boolean {
    for (const one of this.#omissions) if (one.type === type && (one.from ?? from) === from && (one.to ?? to) === to) return true;
    return false;
  }

  begin(omission: Omission): void {
    this.#omissions.add(omission);
  }

  end(omission: Omission): void {
    this.#omissions.delete(omission);
  }

  endAll(): void {
    this.#omissions.clear();
  }
}
