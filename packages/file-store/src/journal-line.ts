import { crc32 } from 'node:zlib';
import type { Stamp } from '@coring/protocol';

/** One change as the journal tells it: see layout.ts. */
export type Entry =
  | readonly ['put', space: string, key: string, value: unknown]
  | readonly ['delete', space: string, key: string]
  | readonly ['keep', name: string, time: number, node: string, size: number]
  | readonly ['drop', name: string, time: number, node: string];

export const entryText = {
  put: (space: string, key: string, json: string): string => `["put",${JSON.stringify(space)},${JSON.stringify(key)},${json}]`,
  delete: (space: string, key: string): string => JSON.stringify(['delete', space, key]),
  keep: (name: string, { time, node }: Stamp, size: number): string => JSON.stringify(['keep', name, time, node, size]),
  drop: (name: string, { time, node }: Stamp): string => JSON.stringify(['drop', name, time, node]),
};

/** The line of a JSON text that has no line feed, as JSON.stringify writes it. */
export function encodeLine(json: string): Buffer {
  const bytes = Buffer.from(json);
  return Buffer.concat([Buffer.from(`${checksum(bytes)} `), bytes, Buffer.from('\n')]);
}

/** The JSON value of a line without its line feed; undefined where it is not as it was written. */
export function decodeLine(line: Buffer): unknown {
  const json = line.subarray(9);
  if (line[8] !== 0x20 || line.toString('latin1', 0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json.toString());
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
