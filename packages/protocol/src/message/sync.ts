import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { registerSchema } from './file-version.js';
import { count, fileName } from './scalars.js';

/** Asks for the registers whose owners, in the newest epoch, include the sender; page by page in order of name. */
export const syncSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'SYNC' }, after: { type: 'string', maxLength: 1024 }, limit: { type: 'integer', minimum: 1, maximum: 1000 } },
  required: [...envelopeRequired, 'after', 'limit'],
  additionalProperties: false,
} as const;
export type Sync = FromSchema<typeof syncSchema>;

export const syncedSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'SYNCED' },
    re,
    registers: {
      type: 'array',
      maxItems: 1000,
      items: { type: 'object', properties: { name: fileName, register: registerSchema }, required: ['name', 'register'], additionalProperties: false },
    },
    /** Ask on after this name; absent at the end. */
    next: fileName,
    floor: count,
  },
  required: [...envelopeRequired, 're', 'registers', 'floor'],
  additionalProperties: false,
} as const;
export type Synced = FromSchema<typeof syncedSchema>;
