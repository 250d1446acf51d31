import type { Agent, IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type NodeEvent, paths, readEvents, type SentEvent } from '@coring/protocol';
import { refusalOf } from './answer.js';
import { ClientError } from './client-error.js';
import { exchange } from './exchange.js';
import { type Nodes, somewhere } from './failover.js';
import { Patience } from './patience.js';

export interface ReceivedEvent {
  /** `host:port` of the node that tells it. */
  readonly at: string;
  /** Its number at that node; undefined for what the client itself has to say: `connected`, `lost`. */
  readonly number?: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Which events are asked for; all of one node, where nothing is said. */
export interface EventsWanted {
  /** Those of every node: each has in its data the id of the node at which it happened, as `at`. */
  readonly ring?: boolean;
  readonly types?: readonly NodeEvent['type'][];
}

interface Watching extends EventsWanted {
  readonly nodes: Nodes;
  readonly agent: Agent;
  readonly timeoutMs: number;
}

const AGAIN_AFTER_MS = 1000;
/** What is longer is no event of a node. */
const EVENT_CHARACTERS_MAX = 4 * 1024 * 1024;

/** Where nobody answers at first it ends with that; later it tries again until it is told to stop. */
export async function* watchEvents({ nodes, agent, timeoutMs, ring, types }: Watching, signal: AbortSignal): AsyncGenerator<ReceivedEvent, void, undefined> {
  let last: { at: string; id: string } | undefined;
  let wasConnected = false;
  const query = new URLSearchParams({ ...(ring === true ? { ring: '' } : {}), ...(types === undefined ? {} : { types: types.join() }) }).toString();
  const path = query === '' ? paths.events : `${paths.events}?${query}`;
  while (!signal.aborted) {
    const patience = new Patience(timeoutMs, signal);
    try {
      const { at, answer } = await somewhere(nodes, patience, async (address) => {
        const headers = { accept: 'text/event-stream', ...(last?.at === address ? { 'last-event-id': last.id } : {}) };
        const attempt = await exchange(agent, address, { method: 'GET', path, headers }, patience);
        if (attempt.statusCode !== 200) throw await refusalOf(attempt);
        return { at: address, answer: attempt };
      });
      patience.end();
      wasConnected = true;
      yield { at, type: 'connected', data: {} };
      for await (const event of eventsOf(answer)) {
        if (event.id !== undefined) last = { at, id: event.id };
        yield received(at, event);
      }
      if (!signal.aborted) yield { at, type: 'lost', data: {} };
    } catch (error) {
      if (signal.aborted) return;
      if (!wasConnected || !(error instanceof ClientError)) throw error;
    } finally {
      patience.end();
    }
    await wait(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
  }
}

/** The events until the connection is lost, in whatever way. */
async function* eventsOf(answer: IncomingMessage): AsyncGenerator<SentEvent, void, undefined> {
  const events = readEvents(answer.setEncoding('utf8') as AsyncIterable<string>, EVENT_CHARACTERS_MAX);
  try {
    for (;;) {
      const next = await events.next().catch(() => undefined);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    answer.destroy();
  }
}

function received(at: string, { id, type, data }: SentEvent): ReceivedEvent {
  const number = id !== undefined && /^\d{1,15}$/.test(id) ? { number: Number(id) } : {};
  try {
    const parsed: unknown = JSON.parse(data);
    if (typeof parsed === 'object' && parsed !== null) return { at, ...number, type, data: parsed as Record<string, unknown> };
  } catch {
    // Not JSON: shown as it came.
  }
  return { at, ...number, type, data: { text: data } };
}
