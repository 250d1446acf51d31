import { Heap } from './heap.js';

/**
 * The core's own timers: a set of named moments. The shell only asks when the next one is due and then feeds a tick.
 * Setting a timer that is set already moves it.
 */
export interface Timers {
  readonly set: Map<string, Due>;
  /** Also holds moments that were moved or cleared since; they are passed over. */
  readonly queue: Heap<Due>;
  order: number;
  /** When the first look was: the others come in step with it. */
  firstLookMs: number | undefined;
}

/** How often a node looks whether there is anything to do: to take over, to propose, to copy, to look after. In milliseconds. */
export const LOOK_MS = 500;

interface Due {
  readonly timer: Timer;
  readonly atMs: number;
  readonly order: number;
}

/** Whose handler a timer calls, and for what. */
export type Timer =
  /** The probe round of every second. */
  | { readonly type: 'probe' }
  /** A PING, or an indirect probe, has waited long enough. `key` is the owner's. */
  | { readonly type: 'ping-late'; readonly key: string }
  | { readonly type: 'reprobe'; readonly key: string }
  | { readonly type: 'heal' }
  | { readonly type: 'check-due' }
  | { readonly type: 'check-urgent' }
  | { readonly type: 'hop-late'; readonly key: string }
  | { readonly type: 'lap-late'; readonly key: string }
  | { readonly type: 'epoch-due' }
  | { readonly type: 'sync' }
  | { readonly type: 'sync-late'; readonly key: string }
  | { readonly type: 'sweep' }
  | { readonly type: 'tell' }
  | { readonly type: 'round-late'; readonly key: string }
  | { readonly type: 'forward-late'; readonly key: string }
  | { readonly type: 'retry'; readonly key: string }
  | { readonly type: 'deadline'; readonly key: string }
  | { readonly type: 'upload-due'; readonly key: string }
  | { readonly type: 'leave-late' };

export function noTimers(): Timers {
  return { set: new Map(), queue: new Heap(isSooner), order: 0, firstLookMs: undefined };
}

export function setTimer(timers: Timers, timer: Timer, atMs: number): void {
  const due = { timer, atMs, order: timers.order++ };
  timers.set.set(nameOf(timer), due);
  timers.queue.push(due);
}

/** Sets a timer that comes again every LOOK_MS, together with the others of its kind: an idle node is woken once for all of them. */
export function setLook(timers: Timers, timer: Timer, nowMs: number): void {
  timers.firstLookMs ??= nowMs;
  const atMs = timers.firstLookMs + (Math.floor((nowMs - timers.firstLookMs) / LOOK_MS) + 1) * LOOK_MS;
  setTimer(timers, timer, atMs > nowMs ? atMs : atMs + LOOK_MS);
}

export function clearTimer(timers: Timers, timer: Timer): void {
  timers.set.delete(nameOf(timer));
}

export function isSet(timers: Timers, timer: Timer): boolean {
  return timers.set.has(nameOf(timer));
}

/** When the next timer is due, on the clock of `nowMs`; undefined while none is set. */
export function nextDueMs(timers: Timers): number | undefined {
  return peek(timers)?.atMs;
}

/** Takes out the earliest timer that is due, with how late it is. */
export function takeDue(timers: Timers, nowMs: number): { timer: Timer; lateMs: number } | undefined {
  const due = peek(timers);
  if (due === undefined || due.atMs > nowMs) return undefined;
  timers.queue.pop();
  timers.set.delete(nameOf(due.timer));
  return { timer: due.timer, lateMs: nowMs - due.atMs };
}

function peek(timers: Timers): Due | undefined {
  for (;;) {
    const due = timers.queue.peek();
    if (due === undefined || timers.set.get(nameOf(due.timer)) === due) return due;
    timers.queue.pop();
  }
}

function isSooner(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function nameOf(timer: Timer): string {
  return 'key' in timer ? `${timer.type} ${timer.key}` : timer.type;
}
