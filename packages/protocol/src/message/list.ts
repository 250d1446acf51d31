import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { registerSchema } from './file-version.js';
import { count, fileName } from './scalars.js';

/** Asks for the registers of all names from a prefix on; page by page in order of name. */
export const listSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'LIST' },
    prefix: { type: 'string', maxLength: 1024 },
    after: { type: 'string', maxLength: 1024 },
    limit: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  required: [...envelopeRequired, 'prefix', 'after', 'limit'],
  additionalProperties: false,
} as const;
export type List = FromSchema<typeof listSchema>;

export const listedSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'LISTED' },
    re,
    registers: {
      type: 'array',
      maxItems: 1000,
      items: { type: 'object', properties: { name: fileName, register: registerSchema }, required: ['name', 'register'], additionalProperties: false },
    },
    /** More names follow the last one. */
    more: { type: 'boolean' },
    ready: { type: 'array', items: count, maxItems: 1024 },
  },
  required: [...envelopeRequired, 're', 'registers', 'more', 'ready'],
  additionalProperties: false,
} as const;
export type Listed = FromSchema<typeof listedSchema>;
