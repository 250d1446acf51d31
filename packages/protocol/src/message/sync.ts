import type { FromSchema } from 'json-schema-to-ts';
import { bucketSetSchema } from '../placement/bucket-set.js';
import { BUCKETS } from '../placement/bucket.js';
import { envelope, envelopeRequired, re } from './envelope.js';
import { registerSchema } from './file-version.js';
import { count, fileName } from './scalars.js';

const bucketDigestSchema = {
  type: 'object',
  properties: { bucket: { type: 'integer', minimum: 0, maximum: BUCKETS - 1 }, digest: { type: 'string', pattern: '^[0-9a-f]{16}$' } },
  required: ['bucket', 'digest'],
  additionalProperties: false,
} as const;
/** Over the (name, version)s with bytes in a bucket; one that has none has no digest. */
export type BucketDigest = FromSchema<typeof bucketDigestSchema>;

/**
 * Asks for the registers in some buckets, in rising order, and in a bucket in the order of names; page by page. With `digests`, those buckets are
 * left out of which the asked node has the same.
 */
export const syncSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'SYNC' },
    buckets: bucketSetSchema,
    digests: { type: 'array', maxItems: BUCKETS, items: bucketDigestSchema },
    /** Names of the first bucket up to this one are not wanted. */
    after: { type: 'string', maxLength: 1024 },
    limit: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  required: [...envelopeRequired, 'buckets', 'after', 'limit'],
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
    /** Buckets left out because the digests are the same. */
    equal: bucketSetSchema,
    /** Whether more follows the last of these: to be asked for from its bucket on, after its name. */
    more: { type: 'boolean' },
    /** Whether the sender has copied all that the epoch gives it: before that its silence about a name, or an equal digest, tells nothing. */
    synced: { type: 'boolean' },
    /** The epochs of which it has copied all that they give it: of what was chosen before an older one its word counts only then. */
    ready: { type: 'array', items: count, maxItems: 1024 },
    floor: count,
  },
  required: [...envelopeRequired, 're', 'registers', 'equal', 'more', 'synced', 'floor'],
  additionalProperties: false,
} as const;
export type Synced = FromSchema<typeof syncedSchema>;
