import { setTimeout as wait } from 'node:timers/promises';

/** The clock is looked at again this often: it may be set, or the machine sleep. */
const LOOK_AGAIN_MS = 30_000;

/** The next moment at which a clock strikes that does so every `everyMs`, counted from the epoch: however late the last one was served, there is no drift. */
export function nextStroke(nowMs: number, everyMs: number): number {
  return (Math.floor(nowMs / everyMs) + 1) * everyMs;
}

/** Resolves at that moment, or soon after it. Rejects when the signal aborts. */
export async function waitUntil(atMs: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = atMs - Date.now(); leftMs > 0; leftMs = atMs - Date.now()) await wait(Math.min(leftMs, LOOK_AGAIN_MS), undefined, { signal });
}

/** What is sent in the first minute of an hour, by the clock of this machine; undefined in all others. `scheduledMs`: when it was to be sent, not when it is. */
export function hourText(scheduledMs: number): string | undefined {
  const scheduled = new Date(scheduledMs);
  return scheduled.getMinutes() === 0 ? `It is ${scheduled.getHours()} o'clock.` : undefined;
}

/** When the timer of systemd went off that started this process: it may have taken its time since. Source: TRIGGER_TIMER_REALTIME_USEC in systemd.exec(5). */
export function timerMs(env: NodeJS.ProcessEnv): number | undefined {
  const { TRIGGER_TIMER_REALTIME_USEC: text } = env;
  return text !== undefined && /^\d{1,16}$/.test(text) ? Math.floor(Number(text) / 1000) : undefined;
}
