import type { FromSchema } from 'json-schema-to-ts';
import { address, count, digest, featureList, fileName, messageId, nodeId, ringId, shortText } from './scalars.js';
import { stampSchema } from './stamp.js';

/** The first bytes of a peer link; anything else on the port is HTTP. */
export const LINK_MAGIC = 'CORING/1\n';

const nonce = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;

/** First frame of each side of a link: who I am and what I speak. */
export const helloSchema = {
  type: 'object',
  properties: {
    type: { const: 'HELLO' },
    protocol: { type: 'object', properties: { min: count, max: count }, required: ['min', 'max'], additionalProperties: false },
    purpose: { enum: ['control', 'bulk'] },
    nodeId,
    incarnation: count,
    boot: { type: 'string', maxLength: 32 },
    ringId,
    address,
    /** The address from which the other side is seen to come. */
    youAre: address,
    nonce,
    /** Whether this side holds a ring secret. */
    secret: { type: 'boolean' },
    features: featureList,
  },
  required: ['type', 'protocol', 'purpose', 'nodeId', 'incarnation', 'boot', 'address', 'nonce', 'secret', 'features'],
  additionalProperties: false,
} as const;
export type Hello = FromSchema<typeof helloSchema>;

/** Second frame of each side: HMAC-SHA-256 under the ring secret over both hellos; empty where there is none. */
export const proofSchema = {
  type: 'object',
  properties: { type: { const: 'PROOF' }, mac: { type: 'string', pattern: '^([0-9a-f]{64})?$' } },
  required: ['type', 'mac'],
  additionalProperties: false,
} as const;
export type Proof = FromSchema<typeof proofSchema>;

/** Why a link is closed, as the last frame. */
export const closeSchema = {
  type: 'object',
  properties: { type: { const: 'CLOSE' }, code: { type: 'string', maxLength: 40 }, message: shortText },
  required: ['type', 'code', 'message'],
  additionalProperties: false,
} as const;
export type Close = FromSchema<typeof closeSchema>;

/** On a bulk link: asks for the bytes of a kept version of a name, or of an upload, whole, by its token. */
export const fetchSchema = {
  type: 'object',
  properties: { type: { const: 'FETCH' }, name: fileName, version: stampSchema, token: messageId, offset: count, length: count },
  required: ['type', 'name', 'offset'],
  additionalProperties: false,
} as const;
export type Fetch = FromSchema<typeof fetchSchema>;

/**
 * On a bulk link: how many bytes follow, or why none do. Those of an upload may still be coming in: then a first one says only that they
 * follow, and a second one, after the last chunk, how many they were and their digest.
 */
export const bytesSchema = {
  type: 'object',
  properties: { type: { const: 'BYTES' }, ok: { type: 'boolean' }, code: shortText, size: count, length: count, digest },
  required: ['type', 'ok'],
  additionalProperties: false,
} as const;
export type Bytes = FromSchema<typeof bytesSchema>;

export const linkSchemas = { HELLO: helloSchema, PROOF: proofSchema, CLOSE: closeSchema, FETCH: fetchSchema, BYTES: bytesSchema } as const;
export type LinkFrame = Hello | Proof | Close | Fetch | Bytes;
