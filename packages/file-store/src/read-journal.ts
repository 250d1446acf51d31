import { StoreError } from './error.js';
import type { OpenFile } from './files.js';
import { decodeLine, type Entry } from './journal-line.js';

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

export interface JournalHeader {
  readonly format: number;
  readonly nodeId: string;
}

/**
 * Reads a journal from its begin and cuts off what a crash tore.
 * @returns its header, undefined where not even that is whole; its length in bytes after the cut; and how many entries it has.
 * @throws StoreError `damaged` where sound lines follow an unsound one: no crash leaves that, and to go on without it would forget promises.
 */
export async function readJournal(
  file: OpenFile,
  apply: (entry: Entry) => void,
): Promise<{ header: JournalHeader | undefined; size: number; entries: number }> {
  let header: JournalHeader | undefined;
  let size = 0;
  let entries = 0;
  let torn = false;
  for await (const line of linesOf(file)) {
    const value = decodeLine(line);
    if (value === undefined) torn = true;
    else if (torn) {
      throw new StoreError('damaged', `the journal is damaged at byte ${size}: restore the data directory, or empty it to join as a new node`);
    } else {
      if (header === undefined) header = value as JournalHeader;
      else {
        for (const entry of value as Entry[]) apply(entry);
        entries += (value as Entry[]).length;
      }
      size += line.length + 1;
    }
  }
  if ((await file.size()) > size) {
    await file.truncate(size);
    await file.sync();
  }
  return { header, size, entries };
}

/** Lines that end, without their line feeds. */
async function* linesOf(file: OpenFile): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  for (let position = 0; ; position += CHUNK_BYTES) {
    const chunk = await file.read(position, CHUNK_BYTES);
    let begin = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, begin)) {
      pieces.push(chunk.subarray(begin, end));
      yield pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      pieces = [];
      begin = end + 1;
    }
    if (begin < chunk.length) pieces.push(chunk.subarray(begin));
    if (chunk.length < CHUNK_BYTES) return;
  }
}
