import { crc32 } from 'node:zlib';
import { type Files, type OpenFile, unlessCode } from './files.js';
import { Catalogue } from './index/catalogue.js';
import type { Key } from './index/key.js';
import type { Kept } from './index/kept-versions.js';
import type { Layout } from './layout.js';
import { ByteReader } from './log/byte-reader.js';
import { ByteWriter } from './log/byte-writer.js';
import type { Location } from './log/entry.js';
import type { LogPosition } from './log/log.js';
import { ITEM, Loading } from './loading.js';
import { Window } from './window.js';

/**
 * A snapshot: where everything is that the log had at a position. While one is written changes go on, and it may have any of those that were made
 * meanwhile: making them again, from that position on, comes to the same.
 *
 * The file is a row of blocks: length (4 bytes), crc32 (4 bytes), body. The first says whose it is and the position; the others have items, each
 * with its kind; the last item is `end`. One that is cut short, or damaged anywhere, is as good as none.
 */
const MAGIC = 'coring index 2';
const BLOCK_HEADER_BYTES = 8;
/** Gathered at a time: a block more or less, and the time for which nothing else is done. */
const SLICE_BYTES = 64 * 1024;

export interface Snapshot {
  readonly catalogue: Catalogue;
  readonly position: LogPosition;
}

/**
 * Puts a snapshot in place of the last one, durably; gives up where `isOver`, asked now and then, says so. The catalogue must be that of `position`
 * at the call, and may go on. What is not finished is removed: it would only take space.
 */
export async function writeSnapshot(files: Files, layout: Layout, nodeId: string, snapshot: Snapshot, isOver: () => Promise<boolean>): Promise<boolean> {
  await files.remove(layout.newSnapshot).catch(unlessCode('ENOENT'));
  const isWhole = await writeBlocks(files, layout.newSnapshot, bodies(nodeId, snapshot), isOver).catch(async (cause: unknown) => {
    await files.remove(layout.newSnapshot).catch(() => {});
    throw cause;
  });
  if (!isWhole) {
    await files.remove(layout.newSnapshot);
    return false;
  }
  await files.rename(layout.newSnapshot, layout.snapshot);
  await files.syncFolder(layout.dir);
  return true;
}

async function writeBlocks(files: Files, path: string, bodies: Iterable<Buffer>, isOver: () => Promise<boolean>): Promise<boolean> {
  const file = await files.open(path, 'create');
  try {
    let at = 0;
    for (const body of bodies) {
      if (await isOver()) return false;
      await file.write(at, blockOf(body));
      at += BLOCK_HEADER_BYTES + body.length;
    }
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

/** Undefined where there is no snapshot, no good one of this node, or one that the disk does not read: the log has all of it. */
export async function readSnapshot(files: Files, path: string, nodeId: string): Promise<Snapshot | undefined> {
  try {
    const file = await files.open(path, 'read');
    return await readFrom(file, nodeId).finally(() => file.close());
  } catch {
    return undefined;
  }
}

function* bodies(nodeId: string, { catalogue, position: { segment, offset } }: Snapshot): Generator<Buffer> {
  const header = new ByteWriter();
  header.shortText(MAGIC);
  header.shortText(nodeId);
  for (const word of [segment, offset, catalogue.firstSegment]) header.word(word);
  yield header.written;
  const nodes = new Map<string, number>();
  for (const [name, space] of catalogue.spaces()) {
    let after: Uint8Array | undefined;
    for (let isFirst = true, isDone = false; !isDone; isFirst = false) {
      const body = new ByteWriter();
      if (isFirst) {
        body.byte(ITEM.space);
        body.shortText(name);
      }
      isDone = true;
      // Nothing changes within a slice; between two of them anything may.
      for (const { key, record, versions } of space.all(after)) {
        if (body.at >= SLICE_BYTES) {
          isDone = false;
          break;
        }
        writeName(body, key, record, catalogue.listed(versions), nodes);
        after = key.bytes;
      }
      after = after?.slice();
      yield body.written;
    }
  }
  yield Buffer.from([ITEM.end]);
}

function writeName(body: ByteWriter, key: Key, record: Location | undefined, versions: readonly Kept[], nodes: Map<string, number>): void {
  for (const { version } of versions) {
    if (nodes.has(version.node)) continue;
    nodes.set(version.node, nodes.size);
    body.byte(ITEM.node);
    body.shortText(version.node);
  }
  body.byte(ITEM.name);
  body.shortBytes(key.bytes);
  // Segments count from 1.
  body.word(record?.segment ?? 0);
  body.word(record?.offset ?? 0);
  body.word(record?.length ?? 0);
  body.word(versions.length);
  for (const { version, size, place, hash } of versions) {
    body.word(nodes.get(version.node)!);
    body.double(version.time);
    body.double(size);
    body.word('file' in place ? 0 : place.segment);
    body.word('file' in place ? place.file : place.offset);
    body.bytes(hash);
  }
}

function blockOf(body: Buffer): Buffer {
  const block = Buffer.allocUnsafe(BLOCK_HEADER_BYTES + body.length);
  block.writeUInt32LE(body.length, 0);
  block.writeUInt32LE(crc32(body), 4);
  body.copy(block, BLOCK_HEADER_BYTES);
  return block;
}

async function readFrom(file: OpenFile, nodeId: string): Promise<Snapshot | undefined> {
  const blocks = blocksOf(file);
  const first = (await blocks.next()).value;
  const header = first && new ByteReader(first);
  if (header?.shortText() !== MAGIC || header.shortText() !== nodeId) return undefined;
  const position = { segment: header.word(), offset: header.word() };
  const catalogue = new Catalogue();
  catalogue.firstSegment = header.word();
  const loading = new Loading(catalogue);
  for await (const body of blocks) if (loading.load(body)) return { catalogue, position };
  return undefined;
}

/** Sound blocks, until one is not. */
async function* blocksOf(file: OpenFile): AsyncGenerator<Buffer, undefined> {
  const window = new Window((offset, length) => file.read(offset, length));
  for (let at = 0; ; ) {
    const header = await window.read(at, BLOCK_HEADER_BYTES);
    if (header.length < BLOCK_HEADER_BYTES) return undefined;
    const length = header.readUInt32LE(0);
    const body = await window.read(at + BLOCK_HEADER_BYTES, length);
    if (body.length < length || crc32(body) !== header.readUInt32LE(4)) return undefined;
    yield body;
    at += BLOCK_HEADER_BYTES + length;
  }
}
