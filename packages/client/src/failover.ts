import pRetry from 'p-retry';
import type { RingBody } from '@coring/protocol';
import { ClientError, NoAnswer } from './client-error.js';
import type { KnownNodes } from './known-nodes.js';
import type { Patience } from './patience.js';

/** How often a node that cannot be reached is tried. */
const SILENCES_MAX = 2;

export interface Nodes {
  readonly known: KnownNodes;
  /** Asks a node for its view of the ring. @throws NoAnswer */
  ringOf(address: string, patience: Patience): Promise<RingBody>;
}

/**
 * Makes the attempt at one node after the other until one answers. Silence, 503 and 408 lead to the next node; any other refusal is an answer.
 * @throws ClientError the last refusal, or `nobody-answered`
 */
export async function somewhere<T>({ known, ringOf }: Nodes, patience: Patience, attempt: (address: string) => Promise<T>): Promise<T> {
  const tries = new Map<string, number>();
  const silences = new Map<string, number>();
  const refused = new Set<string>();
  let refusal: ClientError | undefined;
  let giveUpAtMs = Number.POSITIVE_INFINITY;
  const left = (): string | undefined => {
    const mayAnswer = (address: string): boolean => (silences.get(address) ?? 0) < SILENCES_MAX && (!refused.has(address) || performance.now() < giveUpAtMs);
    return known.all().filter(mayAnswer).sort((a, b) => (tries.get(a) ?? 0) - (tries.get(b) ?? 0))[0];
  };
  const tryNext = async (): Promise<T> => {
    const address = left() ?? known.named;
    tries.set(address, (tries.get(address) ?? 0) + 1);
    try {
      if (!known.isVerified(address)) {
        const ring = await ringOf(address, patience);
        if (!known.verify(address, ring)) throw new NoAnswer(address, 'belongs to another ring');
        known.learn(ring);
      }
      const answer = await attempt(address);
      known.prefer(address);
      return answer;
    } catch (error) {
      if (error instanceof NoAnswer) silences.set(address, (silences.get(address) ?? 0) + 1);
      if (isPassing(error)) {
        // An upload may take long before it is refused.
        giveUpAtMs = Math.min(giveUpAtMs, performance.now() + patience.refusedForMs);
        refused.add(address);
        refusal = error;
      }
      throw error;
    }
  };
  try {
    return await pRetry(tryNext, {
      retries: 1000,
      minTimeout: 50,
      factor: 1.5,
      maxTimeout: 1000,
      randomize: true,
      signal: patience.signal,
      shouldRetry: ({ error }) => (error instanceof NoAnswer || isPassing(error)) && left() !== undefined,
    });
  } catch (error) {
    if (error instanceof NoAnswer || isOutOfTime(error)) {
      if (refusal !== undefined) throw refusal;
      if (error instanceof NoAnswer) throw nobody(error, [...tries.keys()]);
    }
    throw error;
  }
}

/** 503: another node may serve, or this one a moment later. 408: what stood still in the middle, this machine perhaps, may come through when it is sent again. */
function isPassing(error: unknown): error is ClientError {
  return error instanceof ClientError && (error.status === 503 || error.status === 408);
}

function isOutOfTime(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'nobody-answered';
}

function nobody(last: NoAnswer, asked: readonly string[]): ClientError {
  const others = asked.length > 1 ? `, and so it is with ${asked.length - 1} more` : '';
  return new ClientError('nobody-answered', `nobody answered: ${last.message}${others}`, { cause: last });
}
