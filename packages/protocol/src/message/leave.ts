import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired } from './envelope.js';
import { memberSchema } from './member.js';

/**
 * "I go." `away`: back soon, keeps votes and copies, is not accused. `for-good`: drains first, then is `left`.
 * `sleep`: its process ends, and whoever dials it starts it again.
 */
export const leaveSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'LEAVE' }, mode: { enum: ['away', 'for-good', 'sleep'] }, member: memberSchema },
  required: [...envelopeRequired, 'mode', 'member'],
  additionalProperties: false,
} as const;
export type Leave = FromSchema<typeof leaveSchema>;
