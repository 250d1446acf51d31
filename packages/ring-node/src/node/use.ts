import type { Message } from '@coring/protocol';

/** How much somebody uses something. */
export interface Use {
  /** What has begun and goes on. */
  readonly underWay: number;
  /** Grows with whatever is done for somebody. */
  readonly count: number;
}

/** What peers ask on behalf of their clients; the rest goes round in a ring that nobody uses, too. */
const ASKED: ReadonlySet<Message['type']> = new Set(['QUERY', 'PREPARE', 'ACCEPT', 'BRANCH', 'FORWARD', 'LIST']);

export function isAskedFor({ type }: Message): boolean {
  return ASKED.has(type);
}
