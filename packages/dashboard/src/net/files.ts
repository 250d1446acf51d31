import { type CensusBody, type ConflictsBody, filePath, headers, type ListBody, paths } from '@coring/protocol';
import { Failure } from '../model/failure.js';
import { type Receipt, receiptOf } from '../model/receipt.js';
import { ask, askJson } from './ask.js';

/** A page of the list, in names. */
const PAGE = 1000;
/** Conflict copies. */
type Beside = ConflictsBody['conflicts'];

/** How long something may take that reads whole files, in milliseconds. */
const READING_MS = 600_000;

/** The names after `after` that begin with the prefix. */
export function listPage(base: string, prefix: string, after: string, limit = PAGE): Promise<ListBody> {
  return askJson(`${base}${paths.files}?${new URLSearchParams({ prefix, after, limit: String(limit) }).toString()}`);
}

/** The file of that name, or undefined. Of all names that begin so, the name itself is the first: no answer has to be 404. */
export async function findFile(base: string, name: string): Promise<ListBody['files'][number] | undefined> {
  const { files } = await listPage(base, name, '', 1);
  return files[0]?.name === name ? files[0] : undefined;
}

/** What is known of the file's copies, and its digest. */
export async function headFile(base: string, name: string): Promise<{ readonly receipt: Receipt; readonly etag: string }> {
  const answer = await ask(base + filePath(name), { method: 'HEAD' });
  const receipt = receiptOf((field) => answer.headers.get(field));
  if (receipt === undefined) throw new Failure(0, '', 'the answer has no receipt');
  return { receipt, etag: answer.headers.get('ETag') ?? '' };
}

/** Deletes the file and these conflict copies of it. */
export async function deleteFile(base: string, name: string, key: string, beside: Beside): Promise<void> {
  await ask(base + filePath(name), { method: 'DELETE', headers: { [headers.idempotencyKey]: key, ...resolving(beside) } });
}

export function conflictsOf(base: string, name: string): Promise<ConflictsBody> {
  return askJson(`${base}${filePath(name)}?conflicts`);
}

/** Where one version of a file is. */
export function versionUrl(base: string, name: string, version: string): string {
  return `${base}${filePath(name)}?version=${version}`;
}

/** Writes the file once more, as one of its versions was, if it is still what its etag says; these conflict copies go. */
export async function keepVersion(base: string, name: string, version: string, etag: string, key: string, beside: Beside): Promise<void> {
  const body = await (await ask(versionUrl(base, name, version), { patienceMs: READING_MS })).blob();
  await ask(base + filePath(name), { method: 'PUT', body, headers: { [headers.idempotencyKey]: key, 'If-Match': etag, ...resolving(beside) }, patienceMs: READING_MS });
}

function resolving(beside: Beside): Record<string, string> {
  return beside.length === 0 ? {} : { [headers.resolve]: beside.map(({ version }) => version).join(', ') };
}

/** Every copy of the file, read to its end and compared with its digest. */
export async function countCopies(base: string, name: string, signal: AbortSignal): Promise<CensusBody['files'][number] | undefined> {
  const { files } = await askJson<CensusBody>(`${base}${paths.census}?${new URLSearchParams({ name }).toString()}`, { signal, patienceMs: READING_MS });
  return files[0];
}

/** A name for a change, so that it is done once however often it is sent. */
export function freshKey(): string {
  // Not randomUUID: browsers have that only for pages that came by TLS or from this machine.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
