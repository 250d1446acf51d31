import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { finishSettingAside } from './aside.js';
import { StoreError } from './error.js';
import { type Files, readSmall, unlessCode, writeSmall } from './files.js';
import { ASIDE_PREFIX, FORMAT, type Layout, LOCK_PREFIX, ownNames } from './layout.js';
import type { LogSizes } from './log/log.js';
import { SEGMENT_HEADER_BYTES } from './log/segment-header.js';
import { Segments } from './log/segments.js';
import { tailBehind } from './log/tail.js';

const FIRST_SEGMENT = 1;

/** Makes the directory with its parents, durably, unless it exists. @throws StoreError `not-a-store` where it holds what is not a store's. */
export async function prepareDirectory({ dir }: Layout, files: Files): Promise<void> {
  await makeFolders(dir, files);
  const names = await files.list(dir).catch(unlessCode('ENOTDIR'));
  if (names === undefined) throw new StoreError('not-a-store', `${dir} is no directory: name an empty or a new one`);
  if (names.includes('coring.json')) return;
  const foreign = names.find((name) => !ownNames.includes(name) && !name.startsWith(LOCK_PREFIX) && !name.startsWith(ASIDE_PREFIX));
  if (foreign !== undefined) {
    throw new StoreError('not-a-store', `${dir} holds other things (${JSON.stringify(foreign)}) and no store: name an empty or a new directory`);
  }
}

/** Reads who the directory is, or makes it somebody. The caller holds its lock. @throws StoreError `unknown-format`, `lost-contents` */
export async function identify(layout: Layout, files: Files, sizes: LogSizes): Promise<{ nodeId: string; isNew: boolean }> {
  const text = (await readSmall(files, layout.identity))?.toString();
  if (text !== undefined) {
    // Who made it may have been killed before it was durable.
    await files.syncFolder(layout.dir);
    return { nodeId: nodeIdIn(text, layout), isNew: false };
  }
  await finishSettingAside(layout, files);
  await refuseRemains(layout, files);
  return { nodeId: await create(layout, files, sizes), isNew: true };
}

/** Of the node that the directory belongs to. @throws StoreError `unknown-format`, `lost-contents` */
export async function nodeIdOf(layout: Layout, files: Files): Promise<string> {
  return nodeIdIn((await readSmall(files, layout.identity))?.toString() ?? '', layout);
}

function nodeIdIn(text: string, { dir, identity }: Layout): string {
  const { format, nodeId } = jsonObject(text);
  if (typeof format !== 'number') throw lostContents(dir, `${identity} cannot be read`);
  if (format !== FORMAT) {
    throw new StoreError('unknown-format', `${dir} has format ${format}, this release knows ${FORMAT}: use the release that wrote it, or another directory`);
  }
  if (typeof nodeId !== 'string' || !/^[0-9a-f]{32}$/.test(nodeId)) throw lostContents(dir, 'coring.json names no node');
  return nodeId;
}

/** An empty one where the text is no JSON object. */
function jsonObject(text: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return {};
  }
}

export function lostContents(dir: string, what: string): StoreError {
  return new StoreError('lost-contents', `${dir} has lost contents (${what}): restore it, or empty it to join as a new node`);
}

/** Without an identity only what a creation cut short leaves may be there: an empty log and no large file. */
async function refuseRemains({ dir, log, large }: Layout, files: Files): Promise<void> {
  const contents = (await files.list(large).catch(unlessCode('ENOENT'))) ?? [];
  const segments = new Segments(files, log, '');
  try {
    const numbers = (await segments.list().catch(unlessCode('ENOENT'))) ?? [];
    const isEmpty = async (segment: number): Promise<boolean> => (await tailBehind(segments, segment, SEGMENT_HEADER_BYTES)) === 'room';
    if (contents.length === 0 && numbers.length <= 1 && (await Promise.all(numbers.map(isEmpty))).every(Boolean)) return;
  } finally {
    await segments.close();
  }
  throw lostContents(dir, 'coring.json is missing');
}

/** The identity comes last, so that it never names what is not there. */
async function create(layout: Layout, files: Files, sizes: LogSizes): Promise<string> {
  const nodeId = randomBytes(16).toString('hex');
  for (const folder of [layout.log, layout.large]) await files.makeFolder(folder).catch(unlessCode('EEXIST'));
  await files.syncFolder(layout.dir);
  const file = await new Segments(files, layout.log, nodeId).create(FIRST_SEGMENT, sizes.ahead);
  await file.close();
  const identity = JSON.stringify({ format: FORMAT, nodeId, created: new Date().toISOString() });
  await writeSmall(files, { path: layout.identity, temporary: layout.newIdentity, folder: layout.dir }, `${identity}\n`);
  return nodeId;
}

async function makeFolders(path: string, files: Files): Promise<void> {
  const parent = dirname(path);
  try {
    await files.makeFolder(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || parent === path) throw cause;
    await makeFolders(parent, files);
    await files.makeFolder(path).catch(unlessCode('EEXIST'));
  }
  await files.syncFolder(parent);
}
