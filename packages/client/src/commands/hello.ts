import { setTimeout as wait } from 'node:timers/promises';
import { greeting, HELLO_BYTES_MAX, helloRefusal, helloReply } from '@coring/protocol';
import { converse, TalkError } from '@coring/talk';
import { ClientError } from '../client-error.js';
import { type Screen, sayJson } from '../screen.js';
import { plain } from '../text/plain.js';

export interface Hello {
  readonly host: string;
  readonly port: number;
  /** How long the connection is held before anything is said. */
  readonly sleepSeconds: number;
  readonly retry: boolean;
}

/** Greets a server and shows each stage. @throws ClientError */
export async function hello(screen: Screen, asked: Hello, timeoutMs: number, signal: AbortSignal): Promise<void> {
  return greet(screen, asked, timeoutMs, signal).catch((error: unknown) => {
    throw error instanceof TalkError ? new ClientError(error.code, error.message, { cause: error }) : error;
  });
}

async function greet(screen: Screen, { host, port, sleepSeconds, retry }: Hello, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const say = (line: string): void => void (screen.json || screen.stdout.write(`${plain(line)}\n`));
  const conversation = await converse({
    host,
    port,
    retry,
    signal,
    connectMs: timeoutMs,
    receiveMs: timeoutMs,
    bytesMax: HELLO_BYTES_MAX + helloReply.length,
    onTry: (address) => say(`Client: connecting to server ${address}`),
  });
  try {
    // Ended by the signal, which closes the connection too.
    if (sleepSeconds > 0) await wait(sleepSeconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
    say('Client sending message to Server ...');
    await conversation.send(greeting(sleepSeconds));
    say('... done sending message to Server.');
    say('Client receiving message from Server ...');
    const reply = (await conversation.receive()).toString();
    say('... done receiving message from Server.');
    if (reply.startsWith(helloRefusal)) throw new ClientError('bad-request', `the server refused: ${reply.slice(helloRefusal.length)}`);
    if (screen.json) return sayJson(screen, { address: conversation.address, reply });
    say('Complete message from Server read by Client:');
    for (const line of reply.split('\n')) screen.stdout.write(`   ${plain(line)}\n`);
    say('Client exiting.');
  } finally {
    conversation.cut();
  }
}
