import { randomUUID } from 'node:crypto';
import { countOf } from '@coring/protocol';
import { ClientError, messageOf } from '../client-error.js';
import { paint, sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

export interface Message {
  /** The same of all clients; where absent, each says which it is. */
  readonly text: string | undefined;
  /** How many send one at the same time, each under a uuid of its own. */
  readonly clients: number;
}

/** Asks for a unique code and has a message kept with it, as one client or as many, each reported. @throws ClientError with the code of the first failure */
export async function message(context: Context, { text, clients }: Message): Promise<void> {
  const { screen, signal } = context;
  const sent = await Promise.allSettled(Array.from({ length: clients }, (_, i) => send(context, i, text ?? `Text insertion for index ${i}`)));
  signal.throwIfAborted();
  const failures = sent.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (!screen.json && clients > 1) screen.stdout.write(`${countOf(clients - failures.length, 'message')} of ${clients} kept\n`);
  if (failures.length === 0) return;
  const code = failures[0] instanceof ClientError ? failures[0].code : 'internal';
  throw new ClientError(code, clients === 1 ? messageOf(failures[0]) : `${failures.length} of ${clients} failed`, { cause: failures[0] });
}

async function send({ client, screen }: Context, index: number, text: string): Promise<void> {
  const uuid = randomUUID();
  try {
    const id = await client.sendText(uuid, await client.requestUnique(uuid), text);
    if (screen.json) return sayJson(screen, { client: index, uuid, id });
    screen.stdout.write(`client ${index}: ${paint('kept', 'green', screen.stdout)} as ${id}\n`);
  } catch (error) {
    if (screen.json) sayJson(screen, { client: index, uuid, error: messageOf(error) });
    else screen.stdout.write(`client ${index}: ${paint('failed', 'red', screen.stdout)}: ${plain(messageOf(error))}\n`);
    throw error;
  }
}
