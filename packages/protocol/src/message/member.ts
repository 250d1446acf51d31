import type { FromSchema } from 'json-schema-to-ts';
import { address, count, featureList, nodeId, position, shortText } from './scalars.js';

export const memberStates = ['up', 'asleep', 'leaving', 'down', 'left'] as const;
/** At equal incarnation a later one of these wins: `left > down > leaving > asleep > up`. */
export type MemberState = (typeof memberStates)[number];

/** One line of the roster. Only the node itself writes a record with a new incarnation. */
export const memberSchema = {
  type: 'object',
  properties: {
    nodeId,
    incarnation: count,
    /** Drawn at each start of the process: tells a copied data directory from a restart. */
    boot: { type: 'string', maxLength: 32 },
    address,
    state: { enum: memberStates },
    position,
    /** Relative weight in placement, 1 to 64. */
    capacity: { type: 'integer', minimum: 1, maximum: 64 },
    zone: shortText,
    features: featureList,
    /** LEAVE away: back soon; it is not accused and keeps its copies. */
    away: { type: 'boolean' },
    /** With `asleep`: after so long it is to be woken, in milliseconds. */
    wakeAfterMs: count,
    /** Set by the operator's word that the node is lost for ever: it no longer counts in the majority of an epoch vote. */
    forgotten: { type: 'boolean' },
    /** With `left`: number of the newest epoch that the node knew when it went. In later ones it never voted. */
    lastEpoch: count,
  },
  required: ['nodeId', 'incarnation', 'boot', 'address', 'state', 'position', 'capacity', 'features'],
  additionalProperties: false,
} as const;
export type Member = FromSchema<typeof memberSchema>;

/** "I cannot reach this incarnation of you": relayed until the accused hears it and raises its incarnation. */
export const accusationSchema = {
  type: 'object',
  properties: { nodeId, incarnation: count },
  required: ['nodeId', 'incarnation'],
  additionalProperties: false,
} as const;
export type Accusation = FromSchema<typeof accusationSchema>;
