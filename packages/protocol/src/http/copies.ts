import type { FromSchema } from 'json-schema-to-ts';
import { BUCKETS } from '../placement/bucket.js';
import { count, fileName } from '../message/scalars.js';

/** `GET /ring/copies`: how many files have how many copies on nodes that are up. */
export const copiesBodySchema = {
  type: 'object',
  properties: {
    /** Copies that each file should have. */
    wanted: count,
    /** Files of which somebody who is up has the bytes. */
    files: count,
    /** How many of them have so many copies: `{"3": 120, "1": 12}`. */
    byCopies: { type: 'object', additionalProperties: count },
    /** Not everybody has told what it keeps, or too much is changing to look at all of it: some files may have more copies than it says. */
    partial: { type: 'boolean' },
  },
  required: ['wanted', 'files', 'byCopies', 'partial'],
  additionalProperties: false,
} as const;
export type CopiesBody = FromSchema<typeof copiesBodySchema>;

/** `GET /ring/copies?own`: what a node keeps, by the bucket, for another node that counts. Three lists of one length. */
export const holdingsSchema = {
  type: 'object',
  properties: {
    buckets: { type: 'array', maxItems: BUCKETS, items: { type: 'integer', minimum: 0, maximum: BUCKETS - 1 } },
    /** How many names have bytes. */
    names: { type: 'array', maxItems: BUCKETS, items: count },
    /** The first half of the digest over names and versions: equal ones say that the same is kept. */
    digests: { type: 'array', maxItems: BUCKETS, items: { type: 'string', pattern: '^[0-9a-f]{16}$' } },
  },
  required: ['buckets', 'names', 'digests'],
  additionalProperties: false,
} as const;
export type Holdings = FromSchema<typeof holdingsSchema>;

/** Buckets that one request may name. */
export const HELD_BUCKETS_MAX = 256;

/** `GET /ring/copies?own&buckets=1,2`: the same, name by name. */
export const heldSchema = {
  type: 'object',
  properties: {
    held: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: fileName, versions: { type: 'array', items: { type: 'string', maxLength: 100 } } },
        required: ['name', 'versions'],
        additionalProperties: false,
      },
    },
  },
  required: ['held'],
  additionalProperties: false,
} as const;
export type Held = FromSchema<typeof heldSchema>;
