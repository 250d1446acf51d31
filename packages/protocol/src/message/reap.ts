import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { fastSchema } from './file-version.js';
import { fileName } from './scalars.js';
import { stampSchema } from './stamp.js';

/** Asks an owner whether it has nothing of a name but this tombstone, or nothing at all; with `drop`, to let go of it then. */
export const reapSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'REAP' },
    name: fileName,
    version: stampSchema,
    /** Where the tombstone stands: the ballot of its acceptance, or the fast rounds since. */
    accepted: stampSchema,
    fast: fastSchema,
    drop: { type: 'boolean' },
  },
  required: [...envelopeRequired, 'name', 'version', 'drop'],
  additionalProperties: false,
} as const;
export type Reap = FromSchema<typeof reapSchema>;

export const reapedSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'REAPED' }, re, ok: { type: 'boolean' } },
  required: [...envelopeRequired, 're', 'ok'],
  additionalProperties: false,
} as const;
export type Reaped = FromSchema<typeof reapedSchema>;
