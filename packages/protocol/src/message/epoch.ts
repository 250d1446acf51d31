import type { FromSchema } from 'json-schema-to-ts';
import { count, nodeId, shortText } from './scalars.js';
import { stampSchema } from './stamp.js';

/** The settings of a ring, fixed at its founding and carried in every epoch. */
export const settingsSchema = {
  type: 'object',
  properties: {
    /** Copies wanted of each file; 0 stands for `all`. */
    copies: { type: 'integer', minimum: 0, maximum: 1000 },
    forgetAfterMs: count,
    writes: { enum: ['weak', 'strong'] },
    /** Fewest durable copies with which a PUT may be acknowledged. */
    minCopies: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  required: ['copies', 'forgetAfterMs', 'writes', 'minCopies'],
  additionalProperties: false,
} as const;
export type RingSettings = FromSchema<typeof settingsSchema>;

export const epochMemberSchema = {
  type: 'object',
  properties: { nodeId, capacity: { type: 'integer', minimum: 1, maximum: 64 }, zone: shortText },
  required: ['nodeId', 'capacity'],
  additionalProperties: false,
} as const;
export type EpochMember = FromSchema<typeof epochMemberSchema>;

/** A numbered set of members over which copies are placed. Epoch 1 is the founder alone. */
export const epochSchema = {
  type: 'object',
  properties: { number: { type: 'integer', minimum: 1 }, members: { type: 'array', items: epochMemberSchema, minItems: 1, maxItems: 4096 }, settings: settingsSchema },
  required: ['number', 'members', 'settings'],
  additionalProperties: false,
} as const;
export type Epoch = FromSchema<typeof epochSchema>;

/**
 * A vote about epoch `number`, gathered by CHECK laps: single-decree Paxos among the members of the epoch before it (Lamport, "Paxos Made Simple", 2001).
 * Lap one gathers promises and the proposal already accepted with the highest ballot, lap two gathers acceptances.
 */
export const voteSchema = {
  type: 'object',
  properties: {
    number: { type: 'integer', minimum: 2 },
    phase: { enum: ['prepare', 'accept'] },
    ballot: stampSchema,
    /** What phase accept asks to accept. */
    proposal: epochSchema,
    /** Who has promised or accepted so far, durably. */
    ayes: { type: 'array', items: nodeId, maxItems: 4096 },
    /** The accepted proposal with the highest ballot met in phase prepare. */
    best: { type: 'object', properties: { ballot: stampSchema, proposal: epochSchema }, required: ['ballot', 'proposal'], additionalProperties: false },
  },
  required: ['number', 'phase', 'ballot', 'ayes'],
  additionalProperties: false,
} as const;
export type Vote = FromSchema<typeof voteSchema>;
