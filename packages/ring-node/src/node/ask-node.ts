import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { fits, parseJson } from '@coring/protocol/validate';
import { readAddress } from './address.js';

export interface Question {
  /** Of the node that is asked. */
  readonly address: string;
  /** Path and query. */
  readonly target: string;
  /** What its answer has to look like. */
  readonly schema: object;
  /** A longer answer is none, in bytes. */
  readonly bytesMax: number;
  readonly withinMs: number;
}

/** What another node answers over HTTP. Not by `fetch`, which refuses some ports, 4045 among them. @throws Error where it does not answer so, or not in time */
export async function askNode<T>({ address, target, schema, bytesMax, withinMs }: Question): Promise<T> {
  const answer = await answerOf({ ...placeOf(address, target), agent: false, signal: AbortSignal.timeout(withinMs) });
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`it answered ${answer.statusCode}`);
  }
  const body = parseJson(await textOf(answer, bytesMax));
  const fault = fits(schema, body);
  if (fault !== undefined) throw new Error(fault);
  return body as T;
}

/** As http.request takes it: a URL cannot have a zone (`fe80::1%eth0`). @throws Error where the address is none */
export function placeOf(address: string, path: string): { readonly host: string; readonly port: number; readonly path: string } {
  const { host, port } = readAddress(address) ?? {};
  if (host === undefined || port === undefined) throw new Error(`${JSON.stringify(address)} is no address`);
  return { host, port, path };
}

function answerOf(options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(options).once('response', resolve).on('error', reject);
  });
}

async function textOf(answer: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`its answer is longer than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
