import { alone, append, LogFileError } from '@coring/log-file';
import { countOf } from '@coring/protocol';
import { ClientError, messageOf } from '../client-error.js';
import { hourText, nextStroke, timerMs, waitUntil } from '../echo/schedule.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

export interface Echo {
  /** Again and again, at the strokes of a clock, in milliseconds; once where absent. */
  readonly everyMs: number | undefined;
  /** Where what came back is appended, a line each. */
  readonly log: string | undefined;
}

/** Has the time echoed by a node, and shows it. @throws ClientError; with `everyMs` the last failure, once Ctrl-C has ended it */
export async function echo(context: Context, { everyMs, log }: Echo): Promise<void> {
  const letGo = log === undefined ? undefined : await alone(log).catch(ofThisMachine);
  try {
    if (everyMs === undefined) return await echoOnce(context, timerMs(process.env) ?? Date.now(), log);
    await echoEvery(context, everyMs, log);
  } finally {
    letGo?.();
  }
}

/** Until Ctrl-C: that is how it is meant to end. Each failure is told at once. @throws ClientError with the code of the last failure */
async function echoEvery(context: Context, everyMs: number, log: string | undefined): Promise<void> {
  const { screen, signal } = context;
  let [failures, last]: [number, unknown] = [0, undefined];
  while (!signal.aborted) {
    const scheduledMs = nextStroke(Date.now(), everyMs);
    try {
      await waitUntil(scheduledMs, signal);
      await echoOnce(context, scheduledMs, log);
    } catch (error) {
      if (signal.aborted) break;
      [failures, last] = [failures + 1, error];
      screen.stderr.write(`webclient: ${plain(messageOf(error))}\n`);
    }
  }
  if (failures > 0) throw new ClientError(last instanceof ClientError ? last.code : 'internal', `${countOf(failures, 'time')} it was not echoed`, { cause: last });
}

async function echoOnce({ client, screen }: Context, scheduledMs: number, log: string | undefined): Promise<void> {
  const text = hourText(scheduledMs);
  const sent = JSON.stringify({ timestamp: new Date().toISOString(), ...(text === undefined ? {} : { text }) });
  const answered = await client.echo(sent);
  if (answered !== sent) throw new ClientError('wrong-digest', 'what came back is not what was sent');
  if (log !== undefined) await append(log, `${sent}\n`).catch(ofThisMachine);
  screen.stdout.write(`${sent}\n`);
}

function ofThisMachine(error: unknown): never {
  throw error instanceof LogFileError ? new ClientError('local', error.message, { cause: error }) : error;
}
