import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { headers as fields } from '@coring/protocol';
import { write } from '@coring/talk';
import { idleError } from '../idle-error.js';
import type { MessageLog } from '../message-log.js';
import type { Listed } from '../shelf.js';

export interface Showing {
  /** `json`: one object with all of them. `lines`: one message a line. */
  readonly as: 'json' | 'lines';
  /** Goes on with new ones, as they are found, until the signal ends it. Lines only. */
  readonly follow: boolean;
  /** Looks for all that is there, for those who follow: they may share one look. */
  readonly look: () => Promise<{ readonly entries: readonly Listed[] }>;
  readonly signal: AbortSignal;
  /** A client that reads nothing for so many milliseconds is cut. */
  readonly stalledMs: number;
  /** An empty line is sent this often to who follows, in milliseconds. */
  readonly heartbeatMs: number;
}

/** How often new messages are looked for. */
const LOOK_EVERY_MS = 1_000;
/** So many characters go out in one write. */
const WRITE_LENGTH = 16 * 1024;

/** Answers with the whole log, oldest first, read no faster than the client does. @throws ServiceError; once the answer has begun it can only be cut */
export async function showMessages(log: MessageLog, request: IncomingMessage, response: ServerResponse, showing: Showing): Promise<void> {
  const { entries, isPartial } = await log.entries();
  const isJson = showing.as === 'json' && !showing.follow;
  response.writeHead(200, {
    'Content-Type': isJson ? 'application/json; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
    'Cache-Control': 'no-store',
    // What only nodes have that did not answer is not shown.
    [fields.grade]: isPartial ? 'weak' : 'strong',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') return void response.end();
  // Who follows an empty log is to know that it does.
  response.flushHeaders();
  const out = new Output(response, showing.stalledMs);
  if (!isJson) {
    const told = new Set<string>();
    for await (const { name, text, isThere } of log.lines(entries)) {
      // Who follows is told of it when it can be read.
      if (showing.follow && !isThere) continue;
      await out.say(`${text}\n`);
      told.add(name);
    }
    if (showing.follow) await followOn(log, out, told, showing);
  } else {
    await out.say('{"messages":[');
    let left = entries.length;
    for await (const { text } of log.lines(entries)) await out.say(--left > 0 ? `${text},\n` : text);
    await out.say(isPartial ? '],"partial":true}\n' : ']}\n');
  }
  await out.flush();
  response.end();
}

/** Whatever was not told yet is new, also what came into the log behind its time: on the other side of a split it was there before. */
async function followOn(log: MessageLog, out: Output, told: Set<string>, { look, signal, heartbeatMs }: Showing): Promise<void> {
  for (let silentMs = 0; !signal.aborted; silentMs += LOOK_EVERY_MS) {
    if (silentMs >= heartbeatMs) {
      await out.say('\n');
      silentMs = 0;
    }
    await out.flush();
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const found = await look().catch(() => undefined);
    const fresh = (found?.entries ?? []).filter(({ name }) => !told.has(name));
    for await (const { name, text, isThere } of log.lines(fresh)) {
      if (!isThere) continue;
      await out.say(`${text}\n`);
      told.add(name);
      silentMs = 0;
    }
  }
}

class Output {
  readonly #response: ServerResponse;
  readonly #stalledMs: number;
  #waiting = '';

  constructor(response: ServerResponse, stalledMs: number) {
    this.#response = response;
    this.#stalledMs = stalledMs;
  }

  async say(text: string): Promise<void> {
    this.#waiting += text;
    if (this.#waiting.length >= WRITE_LENGTH) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    // What was said before has to be gone, or the client does not read.
    if (bytes.length > 0) await write(this.#response, bytes, this.#stalledMs, idleError);
  }
}
