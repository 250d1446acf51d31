import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { fastSchema, fileVersionSchema } from './file-version.js';
import { count, digest, fileName, messageId, nodeId, shortText } from './scalars.js';
import { stampSchema } from './stamp.js';

/** Where bytes can be had: a kept version, or an upload that is still staged under a token. */
export const sourceSchema = {
  type: 'object',
  properties: { nodeId, version: stampSchema, token: messageId },
  required: ['nodeId'],
  additionalProperties: false,
} as const;
export type Source = FromSchema<typeof sourceSchema>;

/**
 * Takes a request on to the nodes that can serve it.
 * `GET` asks for bytes of a version; `PUT` asks to take bytes in: those of a known digest, or, where none is named, an upload that is still
 * coming in at the source, under its token. `direct` goes to one node, `walk` goes round the ring until somebody can,
 * `fill` goes round the whole ring, every node taking the bytes from the one before it.
 */
export const forwardSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'FORWARD' },
    /** Names the request: the same at every hop, while `id` names the hop's message. */
    request: messageId,
    origin: nodeId,
    op: { enum: ['GET', 'PUT'] },
    mode: { enum: ['direct', 'walk', 'fill'] },
    name: fileName,
    hop: count,
    hopsMax: count,
    deadlineMs: { type: 'number' },
    visited: { type: 'array', items: nodeId, maxItems: 4096 },
    /** GET: the version wanted; absent on a walk that asks for whatever is known of the name. */
    version: stampSchema,
    digest,
    size: count,
    sources: { type: 'array', items: sourceSchema, maxItems: 64 },
    /** The chosen version and where it was accepted, to be kept as a copy. */
    value: fileVersionSchema,
    ballot: stampSchema,
    fast: fastSchema,
    /** fill: who has kept it so far. */
    kept: { type: 'array', items: nodeId, maxItems: 4096 },
  },
  required: [...envelopeRequired, 'request', 'origin', 'op', 'mode', 'name', 'hop', 'hopsMax', 'deadlineMs', 'visited', 'sources'],
  additionalProperties: false,
} as const;
export type Forward = FromSchema<typeof forwardSchema>;

/** An upload that was offered will not become a version, or not of this offer: who has staged it, or is at it, lets go of it. */
export const withdrawSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'WITHDRAW' }, name: fileName, token: messageId },
  required: [...envelopeRequired, 'name', 'token'],
  additionalProperties: false,
} as const;
export type Withdraw = FromSchema<typeof withdrawSchema>;

/** Answers a FORWARD, straight to its origin. */
export const answerSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'ANSWER' },
    re,
    ok: { type: 'boolean' },
    /** Why not. */
    code: shortText,
    hops: count,
    /** GET: the version that the sender holds. */
    value: fileVersionSchema,
    ballot: stampSchema,
    /** fill: everyone who has kept it. */
    kept: { type: 'array', items: nodeId, maxItems: 4096 },
  },
  required: [...envelopeRequired, 're', 'ok', 'hops'],
  additionalProperties: false,
} as const;
export type Answer = FromSchema<typeof answerSchema>;
