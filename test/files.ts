import { createHash, randomBytes } from 'node:crypto';
import { type CensusBody, paths } from '@coring/protocol';
import type { TestNode } from './a-ring.js';

export interface Put {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** PUT with a deadline; throws only where no answer came. */
export async function put(node: Pick<TestNode, 'url'>, name: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}, withinMs = 15_000): Promise<Put> {
  const response = await fetch(urlOf(node, name), { method: 'PUT', body, headers, signal: AbortSignal.timeout(withinMs) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

export async function get(node: Pick<TestNode, 'url'>, name: string, headers: Record<string, string> = {}, withinMs = 15_000): Promise<{ status: number; headers: Headers; bytes: Uint8Array<ArrayBuffer> }> {
  const response = await fetch(urlOf(node, name), { headers, signal: AbortSignal.timeout(withinMs) });
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** GET that takes no answer but a strong one: a node that cannot give one just now is asked again. */
export async function getStrong(node: Pick<TestNode, 'url'>, name: string): ReturnType<typeof get> {
  for (;;) {
    const got = await get(node, name, { 'coring-require': 'strong' }, 60_000);
    if (got.status !== 503) return got;
  }
}

export async function remove(node: TestNode, name: string): Promise<number> {
  const response = await fetch(urlOf(node, name), { method: 'DELETE', signal: AbortSignal.timeout(15_000) });
  await response.arrayBuffer();
  return response.status;
}

/** What the nodes keep of some files, or of all: looked for on their disks. */
export async function census({ url }: Pick<TestNode, 'url'>, which: Record<string, string> = {}): Promise<CensusBody['files']> {
  const response = await fetch(`${url}${paths.census}?${new URLSearchParams(which).toString()}`);
  return ((await response.json()) as CensusBody).files;
}

export function urlOf(node: Pick<TestNode, 'url'>, name: string): string {
  return `${node.url}/files/${name.split('/').map(encodeURIComponent).join('/')}`;
}

export function someBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(length));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
