import type { FromSchema } from 'json-schema-to-ts';
import { contentType, count, digest, messageId, nodeId } from './scalars.js';
import { stampSchema } from './stamp.js';

/** What is known of a file's bytes. A tombstone has `deleted`, size 0 and the digest of nothing. */
const content = { version: stampSchema, digest, size: count, contentType, modifiedMs: count } as const;

/** A version that lost a merge and is kept beside the winner. */
export const conflictSchema = {
  type: 'object',
  properties: content,
  required: ['version', 'digest', 'size', 'contentType', 'modifiedMs'],
  additionalProperties: false,
} as const;
export type Conflict = FromSchema<typeof conflictSchema>;

/** For each node the newest version time of its making that was known: a version vector (Parker et al., 1983). */
export const seenSchema = { type: 'object', propertyNames: nodeId, additionalProperties: count } as const;
export type Seen = Record<string, number>;

/** One version of a file: an entry of its register or a branch beside it. */
export const fileVersionSchema = {
  type: 'object',
  properties: {
    ...content,
    deleted: { type: 'boolean' },
    /** The versions that this one succeeds. */
    seen: seenSchema,
    /** A branch whose writer had set a condition: it may win a merge only over what it succeeds. */
    conditional: { type: 'boolean' },
    conflicts: { type: 'array', items: conflictSchema, maxItems: 1024 },
    /** The last few requests applied to this name and the version each made: a repeated one is done once. `weak`: it was applied to a branch. */
    ops: {
      type: 'array',
      maxItems: 16,
      items: { type: 'object', properties: { id: messageId, version: stampSchema, weak: { type: 'boolean' } }, required: ['id', 'version'], additionalProperties: false },
    },
    /** The newest time in what was ever taken in from beside the main line: what is no older may have come with that, judged by nobody. */
    asideUntil: count,
  },
  required: ['version', 'digest', 'size', 'contentType', 'modifiedMs', 'deleted', 'seen', 'conflicts', 'ops'],
  additionalProperties: false,
} as const;
export type FileVersion = FromSchema<typeof fileVersionSchema>;

/** Fast acceptances that came after the ballot: how many, and the epoch of the last. */
export const fastSchema = { type: 'object', properties: { epoch: count, count }, required: ['epoch', 'count'], additionalProperties: false } as const;
export type Fast = FromSchema<typeof fastSchema>;

/** What a node tells of the register of one name. */
export const registerSchema = {
  type: 'object',
  properties: {
    promised: stampSchema,
    accepted: stampSchema,
    /** The value was accepted in a fast round, above the ballot. */
    fast: fastSchema,
    /** The value came by synchronising: it counts for order, not as an acceptance. */
    copied: { type: 'boolean' },
    value: fileVersionSchema,
    branches: { type: 'array', items: fileVersionSchema, maxItems: 1024 },
    /** What is known to be chosen: everything this version vector covers. */
    committed: seenSchema,
    /** The versions whose bytes the sender has on disk. */
    holds: { type: 'array', items: stampSchema, maxItems: 2048 },
  },
  required: ['branches', 'committed', 'holds'],
  additionalProperties: false,
} as const;
export type RegisterView = FromSchema<typeof registerSchema>;
