import type { Stamp } from '@coring/protocol';
import { keyOfBytes } from '../index/key.js';
import { ByteReader } from './byte-reader.js';
import { CHECKSUM_BYTES, type Entry, KIND } from './entry.js';

/** Reads the head of a frame, whose checksum is right. `begin` is where it lies in its segment; the contents follow it. */
export function readEntries(segment: number, begin: number, head: Buffer): Entry[] {
  const reader = new ByteReader(head);
  const entries: Entry[] = [];
  while (!reader.isAtEnd) entries.push(readEntry(reader, segment, begin, begin + head.length));
  return entries;
}

function readEntry(reader: ByteReader, segment: number, head: number, contents: number): Entry {
  const kind = reader.byte();
  switch (kind) {
    case KIND.put: {
      const [space, key, length] = [reader.shortText(), keyOfBytes(reader.shortBytes()), reader.word()];
      const offset = head + reader.at;
      reader.bytes(CHECKSUM_BYTES + length);
      return { do: 'put', space, key, at: { segment, offset, length } };
    }
    case KIND.delete:
      return { do: 'delete', space: reader.shortText(), key: keyOfBytes(reader.shortBytes()) };
    case KIND.keepSmall: {
      const [key, version, size] = [keyOfBytes(reader.shortBytes()), readVersion(reader), reader.word()];
      return { do: 'keep', key, version, size, place: { segment, offset: contents + reader.word() } };
    }
    case KIND.keepLarge:
      return { do: 'keep', key: keyOfBytes(reader.shortBytes()), version: readVersion(reader), size: reader.double(), place: { file: reader.word() } };
    case KIND.drop:
      return { do: 'drop', key: keyOfBytes(reader.shortBytes()), version: readVersion(reader) };
    case KIND.begin:
      return { do: 'begin', segment: reader.word() };
    case KIND.follow:
      return { do: 'follow', end: reader.word() };
    default:
      throw new Error(`the log has an entry of the unknown kind ${kind}`);
  }
}

function readVersion(reader: ByteReader): Stamp {
  return { time: reader.double(), node: reader.shortText() };
}
