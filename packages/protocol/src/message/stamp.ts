import type { FromSchema } from 'json-schema-to-ts';
import { count, nodeId } from './scalars.js';

/**
 * A hybrid logical clock reading and the node that took it: the identity and order of versions and of ballots. A version made without a majority
 * names, in place of its node, a line: the first half of its maker's nodeId and when the line began.
 * `time` counts microseconds since 1970: wall milliseconds times 1 000 plus a logical counter (Kulkarni et al., "Logical Physical Clocks", 2014).
 */
export const stampSchema = {
  type: 'object',
  properties: { time: count, node: nodeId },
  required: ['time', 'node'],
  additionalProperties: false,
} as const;
export type Stamp = FromSchema<typeof stampSchema>;

/** Orders stamps; an absent one is below all others. Negative, zero or positive, as for `Array.sort`. */
export function compareStamps(a: Stamp | undefined, b: Stamp | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.time - b.time || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0);
}

/** `1790000000000000-<nodeId>`, as in `Coring-Version`. */
export function formatStamp(stamp: Stamp): string {
  return `${stamp.time}-${stamp.node}`;
}

/** The reverse of formatStamp; undefined where the text is none. */
export function parseStamp(text: string): Stamp | undefined {
  const match = /^(\d{1,16})-([0-9a-f]{32})$/.exec(text);
  if (match === null) return undefined;
  const time = Number(match[1]);
  return Number.isSafeInteger(time) ? { time, node: match[2]! } : undefined;
}
