import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileVersion } from '@coring/protocol';
import { Mints } from '@coring/simulator';

/** What is read here of a node's record of a name. */
interface Register {
  readonly value?: FileVersion;
  readonly branches: readonly FileVersion[];
  readonly mine?: FileVersion;
}

const HEADER_BYTES = 32;
const NODE_ID = { from: 12, to: 28 };
const FRAME_MAGIC = 0x3246_7243;
const FRAME_HEADER_BYTES = 16;

/**
 * Every version that nodes made, as it stood when its maker first wrote it down: what its writer had seen. A version is in its maker's log before
 * anybody else hears of it; the logs of a short run are not tidied up, and have every record that ever was (`packages/file-store/FORMAT.md`).
 * @param directories - the nodes' data directories
 */
export async function allMade(directories: readonly string[]): Promise<Mints> {
  const mints = new Mints();
  for (const directory of directories) {
    for await (const segment of segmentsIn(directory)) {
      const nodeId = segment.toString('hex', NODE_ID.from, NODE_ID.to);
      for (const [name, { mine, value, branches }] of registersIn(segment)) {
        if (mine !== undefined) mints.made(name, mine);
        // One that was weak from the beginning is a branch at once.
        for (const one of [...branches, ...(value === undefined ? [] : [value])]) if (one.version.node === nodeId) mints.met(name, one);
      }
    }
  }
  return mints;
}

/** All records of a name that a node ever wrote, in their order. */
export async function recordsOf(directory: string, name: string): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const segment of segmentsIn(directory)) records.push(...[...registersIn(segment)].filter(([key]) => key === name).map(([, register]) => register));
  return records;
}

async function* segmentsIn(directory: string): AsyncGenerator<Buffer> {
  const files = (await readdir(directory, { recursive: true })).filter((file) => basename(dirname(file)) === 'log');
  for (const file of files.sort()) yield await readFile(join(directory, file));
}

function* registersIn(segment: Buffer): Generator<[name: string, register: Register]> {
  for (let at = HEADER_BYTES; at + FRAME_HEADER_BYTES <= segment.length && segment.readUInt32LE(at) === FRAME_MAGIC; ) {
    const [headLength, contentsLength] = [segment.readUInt32LE(at + 4), segment.readUInt32LE(at + 8)];
    yield* registersOf(segment.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + headLength));
    at += Math.ceil((FRAME_HEADER_BYTES + headLength + contentsLength) / 8) * 8;
  }
}

/** @throws Error where an entry is of a kind that there is not */
function* registersOf(head: Buffer): Generator<[name: string, register: Register]> {
  let at = 0;
  const take = (length: number): Buffer => head.subarray(at, (at += length));
  const text = (lengthBytes: number): string => take(take(lengthBytes).readUIntLE(0, lengthBytes)).toString();
  while (at < head.length) {
    const kind = take(1)[0]!;
    if (kind === 1) {
      const [space, key, length] = [text(1), text(2), take(4).readUInt32LE(0)];
      const [checksum, value] = [take(4).readUInt32LE(0), take(length)];
      // The last frame may be under way.
      if (value.length < length || crc32(value) !== checksum) return;
      if (space === 'register') yield [key, JSON.parse(value.toString()) as Register];
    } else if (kind === 2) {
      text(1);
      text(2);
    } else if (kind === 3 || kind === 4 || kind === 5) {
      text(2);
      take(8);
      text(1);
      take({ 3: 8, 4: 12, 5: 0 }[kind]);
    } else if (kind === 6) take(4);
    else throw new Error(`the log has an entry of the unknown kind ${kind}`);
  }
}
