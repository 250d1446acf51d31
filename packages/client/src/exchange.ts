import { type Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { paths } from '@coring/protocol';
import { parseAddress } from './address.js';
import { ClientError, messageOf, NoAnswer } from './client-error.js';
import type { Patience } from './patience.js';

export interface Wanted {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST';
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Opened when the node is ready to take it. */
  readonly body?: () => Readable;
}

/** Above this many bytes a node is asked first whether it will take them: a refusal then costs no upload. */
const ASK_FIRST_BYTES = 64 * 1024;
/** How long that question may stay open before the body is sent all the same. Source: RFC 9110, section 10.1.1. */
const CONTINUE_WITHIN_MS = 1000;

/**
 * Sends one request to one node and resolves with the answer's head; its body streams on.
 * The node may take its time as long as it lives: where no byte moves it is asked for `/healthz`, so that a hung one is left soon and a slow
 * one is not.
 * @throws NoAnswer where the node could not be reached, or was lost before it answered
 */
export async function exchange(agent: Agent, address: string, wanted: Wanted, patience: Patience): Promise<IncomingMessage> {
  const { signal } = patience;
  signal.throwIfAborted();
  const asksFirst = Number(wanted.headers?.['content-length'] ?? 0) > ASK_FIRST_BYTES;
  const request = httpRequest({
    ...hostOf(address),
    agent,
    method: wanted.method,
    path: wanted.path,
    headers: { ...wanted.headers, ...(asksFirst ? { expect: '100-continue' } : {}) },
  });
  const cancel = (): void => void request.destroy(signal.reason as Error);
  signal.addEventListener('abort', cancel, { once: true });
  const stopWatching = watchOver(request, address, patience);
  request.once('close', () => {
    stopWatching();
    signal.removeEventListener('abort', cancel);
  });
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject);
      void send(request, wanted.body, asksFirst).catch(reject);
    });
  } catch (error) {
    request.destroy();
    signal.throwIfAborted();
    if (error instanceof NoAnswer || !isOfTheNetwork(error)) throw error;
    throw new NoAnswer(address, whyLost(error), { cause: error });
  }
}

async function send(request: ClientRequest, body: (() => Readable) | undefined, asksFirst: boolean): Promise<void> {
  if (body === undefined) {
    request.end();
    return;
  }
  let isAnswered = false;
  request.once('response', (answer) => {
    isAnswered = true;
    // The node wants no more of it; after its answer the connection is of no use, for it stands in the middle of a request.
    if (!request.writableEnded) answer.once('close', () => request.destroy());
  });
  if (asksFirst && !(await mayContinue(request))) return;
  try {
    await pipeline(read(body(), () => isAnswered), request, { end: false });
    // One that is cut short must not seem whole: its connection would be kept for the next request, which would be taken for the rest of this one.
    if (!isAnswered) request.end();
  } catch (error) {
    // What the socket has to say comes as the request's own error; only a source that cannot be read is said here.
    if (!isOfTheNetwork(error)) throw error;
  }
}

/** The chunks of the source until nobody wants them. @throws ClientError `local` */
async function* read(source: Readable, isAnswered: () => boolean): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source) {
      if (isAnswered()) return;
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw cause instanceof ClientError ? cause : new ClientError('local', messageOf(cause), { cause });
  }
}

/** Whether the body is wanted: false once the final answer has come instead. */
function mayContinue(request: ClientRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), CONTINUE_WITHIN_MS);
    const settle = (wanted: boolean) => () => {
      clearTimeout(timer);
      resolve(wanted);
    };
    request.once('continue', settle(true));
    request.once('response', settle(false));
    request.once('close', settle(false));
    request.flushHeaders();
  });
}

/** Looks whether bytes move, and asks the node whether it lives where none do: at first soon, then, as it goes on living, less often. */
function watchOver(request: ClientRequest, address: string, patience: Patience): () => void {
  let moved = 0;
  let everyMs = patience.quietMs;
  let timer: NodeJS.Timeout | undefined;
  let answer: IncomingMessage | undefined;
  request.once('response', (found) => (answer = found));
  const look = async (): Promise<void> => {
    const now = (request.socket?.bytesRead ?? 0) + (request.socket?.bytesWritten ?? 0);
    // Bytes that wait for whoever reads the answer are no silence of the node.
    const isWaitedFor = (answer?.readableLength ?? 0) > 0;
    if (now !== moved || isWaitedFor) {
      patience.progress();
      everyMs = patience.quietMs;
    } else if (await isAlive(address, patience.quietMs)) everyMs = Math.min(everyMs * 2, patience.lookEveryMsMax);
    else request.destroy(new NoAnswer(address, 'does not answer'));
    moved = now;
    if (!request.closed) timer = setTimeout(() => void look(), everyMs);
  };
  timer = setTimeout(() => void look(), everyMs);
  return () => clearTimeout(timer);
}

/** Whether the node answers at all, on a connection of its own. */
function isAlive(address: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = httpRequest({ ...hostOf(address), path: paths.healthz, agent: false, signal: AbortSignal.timeout(withinMs) });
    probe.once('error', () => resolve(false));
    probe.once('response', (answer) => {
      answer.resume();
      resolve(true);
    });
    probe.end();
  });
}

function hostOf(address: string): { host: string; port: number } {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new NoAnswer(address, 'is no address');
  return parsed;
}

function isOfTheNetwork(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof ClientError) return false;
  return !code.startsWith('ERR_') || code.startsWith('ERR_STREAM_') || code === 'ERR_SOCKET_CLOSED';
}

function whyLost(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'refused the connection';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has no known address';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed the connection';
  if (code?.startsWith('HPE_') === true) return 'does not speak HTTP';
  return `cannot be reached (${code ?? 'unknown'})`;
}
