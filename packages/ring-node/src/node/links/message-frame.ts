import { crc32 } from 'node:zlib';
import type { Message } from '@coring/protocol';
import { LinkError } from './link-error.js';

/**
 * A message as a frame carries it: its JSON alone, or, where bytes go with it, a 1, the length of the JSON (4 bytes, big-endian), the CRC-32 of
 * the bytes (4 bytes, big-endian), the JSON, the bytes. JSON begins with a brace, so the first byte tells which.
 */
export function messageFrame(message: Message, bytes: Uint8Array | undefined): Buffer {
  const json = JSON.stringify(message);
  if (bytes === undefined) return Buffer.from(json);
  const jsonBytes = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + jsonBytes + bytes.length);
  frame[0] = WITH_BYTES;
  frame.writeUInt32BE(jsonBytes, 1);
  frame.writeUInt32BE(crc32(bytes), 5);
  frame.write(json, HEADER_BYTES);
  frame.set(bytes, HEADER_BYTES + jsonBytes);
  return frame;
}

/** The parts of a frame, in its own memory. @throws LinkError where lengths or checksum are wrong */
export function openMessageFrame(frame: Buffer): { readonly json: Buffer; readonly bytes?: Buffer } {
  if (frame[0] !== WITH_BYTES) return { json: frame };
  const jsonEnd = frame.length < HEADER_BYTES ? Number.POSITIVE_INFINITY : HEADER_BYTES + frame.readUInt32BE(1);
  if (jsonEnd > frame.length) throw new LinkError('bad-frame', 'a message is longer than its frame');
  const bytes = frame.subarray(jsonEnd);
  if (crc32(bytes) !== frame.readUInt32BE(5)) throw new LinkError('bad-frame', 'the bytes of a message have another checksum');
  return { json: frame.subarray(HEADER_BYTES, jsonEnd), bytes };
}

const WITH_BYTES = 1;
const HEADER_BYTES = 9;
