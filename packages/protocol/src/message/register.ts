import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { fastSchema, fileVersionSchema, registerSchema, seenSchema } from './file-version.js';
import { count, fileName } from './scalars.js';
import { stampSchema } from './stamp.js';

/** The rounds of a file's register: CASPaxos (Rystsov, arXiv 1802.07000), joint over the epochs in force. */
const answering = {
  re,
  /** `nack`: a higher ballot was promised, or the floor is above. `stale`: the sender of the request knows fewer epochs. `missing`: the bytes are not here yet. `full`: the
   *  disk has no room to write it down. */
  result: { enum: ['ok', 'nack', 'stale', 'missing', 'full'] },
  /** What to exceed, after a nack. */
  promised: stampSchema,
  /** Epochs whose registers the sender has in full: whether an older epoch is still needed is decided from the answers of one round. */
  ready: { type: 'array', items: count, maxItems: 1024 },
  floor: count,
} as const;
const answeringRequired = [...envelopeRequired, 're', 'result', 'ready', 'floor'] as const;

export const prepareSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'PREPARE' }, name: fileName, ballot: stampSchema },
  required: [...envelopeRequired, 'name', 'ballot'],
  additionalProperties: false,
} as const;
export type Prepare = FromSchema<typeof prepareSchema>;

export const promiseSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'PROMISE' }, ...answering, register: registerSchema },
  required: answeringRequired,
  additionalProperties: false,
} as const;
export type PromiseMessage = FromSchema<typeof promiseSchema>;

export const acceptSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'ACCEPT' },
    name: fileName,
    /** The ballot that was promised; absent in a fast round. */
    ballot: stampSchema,
    /** A fast round: only who has accepted this last may accept. Nothing in it: only who has accepted nothing yet. */
    base: { type: 'object', properties: { accepted: stampSchema, fast: fastSchema, version: stampSchema }, additionalProperties: false },
    value: fileVersionSchema,
  },
  required: [...envelopeRequired, 'name', 'value'],
  additionalProperties: false,
} as const;
export type Accept = FromSchema<typeof acceptSchema>;

export const acceptedSchema = {
  type: 'object',
  /** `register`: what the sender has instead of the base of a fast round. */
  properties: { ...envelope, type: { const: 'ACCEPTED' }, ...answering, register: registerSchema },
  required: answeringRequired,
  additionalProperties: false,
} as const;
export type Accepted = FromSchema<typeof acceptedSchema>;

/** Names and vectors that one COMMIT carries at most. */
export const COMMIT_MAX = 64;

/** "Everything that these vectors cover is chosen": branches and mints below them may go. */
export const commitSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'COMMIT' },
    chosen: {
      type: 'array',
      items: { type: 'object', properties: { name: fileName, seen: seenSchema }, required: ['name', 'seen'], additionalProperties: false },
      minItems: 1,
      maxItems: COMMIT_MAX,
    },
  },
  required: [...envelopeRequired, 'chosen'],
  additionalProperties: false,
} as const;
export type Commit = FromSchema<typeof commitSchema>;

/** Asks for the register without promising anything. */
export const querySchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'QUERY' },
    name: fileName,
    /** The bytes of a small value are to come with the answer, where they are kept. */
    wantsBytes: { type: 'boolean' },
  },
  required: [...envelopeRequired, 'name'],
  additionalProperties: false,
} as const;
export type Query = FromSchema<typeof querySchema>;

export const registerMessageSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'REGISTER' },
    ...answering,
    register: registerSchema,
    /** Nothing is there, but an upload under this name is coming in: who reads may wait for it. */
    incoming: { type: 'boolean' },
  },
  required: [...answeringRequired, 'register'],
  additionalProperties: false,
} as const;
export type RegisterMessage = FromSchema<typeof registerMessageSchema>;

/** A weak write: kept beside the main line until a majority merges it. */
export const branchSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'BRANCH' }, name: fileName, value: fileVersionSchema },
  required: [...envelopeRequired, 'name', 'value'],
  additionalProperties: false,
} as const;
export type Branch = FromSchema<typeof branchSchema>;

export const branchedSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'BRANCHED' },
    ...answering,
    /** It is covered by what was chosen: the sender may drop it. */
    committed: { type: 'boolean' },
  },
  required: answeringRequired,
  additionalProperties: false,
} as const;
export type Branched = FromSchema<typeof branchedSchema>;
