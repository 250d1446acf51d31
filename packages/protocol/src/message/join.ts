import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { epochSchema } from './epoch.js';
import { memberSchema } from './member.js';
import { address, count, nodeId, position, ringId, shortText } from './scalars.js';

/** "Take me in, right after you." Idempotent; repeated until answered. */
export const joinSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'JOIN' },
    member: memberSchema,
    /** Settings that the joiner was started with; the ring's own must agree with those named. */
    wants: {
      type: 'object',
      properties: { copies: count, forgetAfterMs: count, writes: { enum: ['weak', 'strong'] }, minCopies: count },
      additionalProperties: false,
    },
    /** Whether the joiner's own ring ever held a file: only an empty ring of one is given up. */
    heldFiles: { type: 'boolean' },
  },
  required: [...envelopeRequired, 'member', 'wants', 'heldFiles'],
  additionalProperties: false,
} as const;
export type Join = FromSchema<typeof joinSchema>;

export const welcomeSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'WELCOME' },
    re,
    ringId,
    position,
    roster: { type: 'array', items: memberSchema, maxItems: 4096 },
    epochs: { type: 'array', items: epochSchema, maxItems: 1024 },
    /** Time below which no ballot and no branch is accepted any more. */
    floor: count,
    /** The address that the joiner was seen to come from. */
    seenAddress: address,
  },
  required: [...envelopeRequired, 're', 'ringId', 'position', 'roster', 'epochs', 'floor'],
  additionalProperties: false,
} as const;
export type Welcome = FromSchema<typeof welcomeSchema>;

export const AHEAD_MAX = 256;
const nodeIds = { type: 'array', items: nodeId, maxItems: AHEAD_MAX } as const;

export const refusalCodes = ['other-ring', 'other-settings', 'itself', 'not-ready', 'wrong-node', 'unsupported-version'] as const;
/** A coded no: to JOIN, or to a message that was meant for somebody else. `ahead`: of a node without a ring, whom it waits for, whom that one waits for, and so on. */
export const refusedSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'REFUSED' }, re, code: { enum: refusalCodes }, message: shortText, ahead: nodeIds },
  required: [...envelopeRequired, 're', 'code', 'message'],
  additionalProperties: false,
} as const;
export type Refused = FromSchema<typeof refusedSchema>;
export type RefusalCode = Refused['code'];
