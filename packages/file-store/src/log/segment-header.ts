import { crc32 } from 'node:zlib';

export const SEGMENT_HEADER_BYTES = 32;
const MAGIC = Buffer.from('coring 2');

export interface SegmentHeader {
  readonly segment: number;
  /** 32 hex digits. */
  readonly nodeId: string;
}

export function segmentHeader(segment: number, nodeId: string): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(segment, 8);
  header.write(nodeId, 12, 'hex');
  header.writeUInt32LE(crc32(header.subarray(0, 28)), 28);
  return header;
}

/** Undefined where it is not as it was written. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (bytes.readUInt32LE(28) !== crc32(bytes.subarray(0, 28))) return undefined;
  return { segment: bytes.readUInt32LE(8), nodeId: bytes.toString('hex', 12, 28) };
}
