import pRetry, { AbortError } from 'p-retry';
import type { RingEvent } from '../ring/index.js';
import type { Node } from './node.js';
import { JOIN_FOR_MS } from './options.js';
import { StartError } from './start-error.js';

/** How long one JOIN waits for its answer, in milliseconds. */
const ANSWER_WITHIN_MS = 1500;

/** Refusals that a later try may not meet. */
const passing = new Set(['not-ready', 'unreachable']);

/**
 * Joins the ring after the node at the address: asked again, with growing pauses, until answered.
 * @throws StartError `cannot-join`, `other-ring`, `other-settings`, `itself`
 */
export async function joinRing(node: Node, address: string, { wait, signal }: { readonly wait: boolean; readonly signal: AbortSignal }): Promise<void> {
  try {
    await pRetry(() => askOnce(node, address, signal), {
      retries: wait ? Number.POSITIVE_INFINITY : 1000,
      minTimeout: 150,
      factor: 1.5,
      maxTimeout: 2000,
      maxRetryTime: wait ? Number.POSITIVE_INFINITY : JOIN_FOR_MS,
      signal,
      onFailedAttempt: ({ error, attemptNumber }) => {
        if (attemptNumber === 1) node.log.info(`waiting for ${address}: ${error.message}`);
      },
    });
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError('cannot-join', `cannot join through ${address}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * For a node that belongs to a ring already, and serves: the named peer is only a hint where the others may be. Whether it answers does
 * not matter; but one of another ring, or with other settings, is a mistake of whoever named it, and the node does not go on.
 */
export function followHint(node: Node, address: string): void {
  const stopWatching = node.watch((event) => {
    if (event.type !== 'refused' || !concerns(event, address)) return;
    const error = refusal(event, address);
    if (error instanceof AbortError && error.originalError instanceof StartError && error.originalError.code !== 'cannot-join') node.giveUp(error.originalError);
  });
  setTimeout(stopWatching, JOIN_FOR_MS).unref();
  node.feed({ type: 'join', address });
}

async function askOnce(node: Node, address: string, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopWatching: (() => void) | undefined;
  const ended = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new AbortError('stopped')), { once: true, signal: ended.signal });
      timer = setTimeout(() => reject(new Error('it does not answer')), ANSWER_WITHIN_MS);
      stopWatching = node.watch((event) => {
        if (event.type === 'joined') resolve();
        else if (event.type === 'refused' && concerns(event, address)) reject(refusal(event, address));
      });
      node.feed({ type: 'join', address });
    });
  } finally {
    clearTimeout(timer);
    stopWatching?.();
    ended.abort();
  }
}

function refusal({ code, message }: Extract<RingEvent, { type: 'refused' }>, address: string): Error {
  if (passing.has(code)) return new Error(message);
  const known = code === 'other-ring' || code === 'other-settings' || code === 'itself' ? code : 'cannot-join';
  return new AbortError(new StartError(known, `${address} does not take this node in: ${message}`));
}

/** Other peers may refuse too, old ones of a former ring for instance: that says nothing about this one. */
function concerns(event: Extract<RingEvent, { type: 'refused' }>, address: string): boolean {
  return event.address === undefined || event.address === address;
}
