import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired } from './envelope.js';
import { epochSchema } from './epoch.js';
import { memberSchema } from './member.js';
import { count } from './scalars.js';

/** The whole roster and the epochs still needed: sent where digests or epoch numbers differ. */
export const rosterSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'ROSTER' },
    roster: { type: 'array', items: memberSchema, maxItems: 4096 },
    epochs: { type: 'array', items: epochSchema, maxItems: 1024 },
    oldestEpoch: count,
    floor: count,
    /** Asks the other for its own in return. */
    answer: { type: 'boolean' },
  },
  required: [...envelopeRequired, 'roster', 'epochs', 'oldestEpoch', 'floor', 'answer'],
  additionalProperties: false,
} as const;
export type RosterMessage = FromSchema<typeof rosterSchema>;
