import test from 'ava';
import { Connection } from '../src/net/connection.js';

/** A browser's stream of events that tells what it is told to. */
class Stream extends EventTarget {
  static readonly OPEN = 1;
  static readonly all: Stream[] = [];
  readyState = 0;

  constructor(readonly url: string) {
    super();
    Stream.all.push(this);
  }

  tell(type: 'open' | 'error'): void {
    this.readyState = type === 'open' ? Stream.OPEN : 0;
    this.dispatchEvent(new Event(type));
  }

  close(): void {
    this.readyState = 2;
  }
}

test('a node that answers but has no events for the page is asked for them again after a pause; one whose events break off is asked soon', async (t) => {
  const pauses: number[] = [];
  let look = (): void => undefined;
  const setTimeout = (then: () => void, ms: number): number => {
    look = then;
    return pauses.push(ms);
  };
  Object.assign(globalThis, { window: { setTimeout }, EventSource: Stream, fetch: async () => Response.json({ self: 'a', nodes: [] }) });
  const nothing = (): void => undefined;
  const connection = new Connection('a:1', { onRing: nothing, onEvent: nothing, onSource: nothing });
  connection.start();
  await pausedAfter(pauses, 1);
  Stream.all[0]!.tell('error');
  t.is(pauses.at(-1), 2500);
  look();
  await pausedAfter(pauses, 3);
  Stream.all[1]!.tell('open');
  Stream.all[1]!.tell('error');
  t.is(pauses.at(-1), 120);
  t.is(Stream.all.length, 2);
});

async function pausedAfter(pauses: readonly number[], count: number): Promise<void> {
  while (pauses.length < count) await new Promise((resolve) => setImmediate(resolve));
}
