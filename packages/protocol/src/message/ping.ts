import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired, re } from './envelope.js';
import { nodeId } from './scalars.js';

/** "Are you there?" (Das et al., "SWIM", 2002). */
export const pingSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'PING' } },
  required: [...envelopeRequired],
  additionalProperties: false,
} as const;
export type Ping = FromSchema<typeof pingSchema>;

/** "Probe this one for me." */
export const pingReqSchema = {
  type: 'object',
  properties: { ...envelope, type: { const: 'PING-REQ' }, target: nodeId },
  required: [...envelopeRequired, 'target'],
  additionalProperties: false,
} as const;
export type PingReq = FromSchema<typeof pingReqSchema>;

/** "Received and well formed": answers PING, PING-REQ and each hop of CHECK and FORWARD. It promises nothing durable. */
export const ackSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'ACK' },
    re,
    /** In answer to PING-REQ: whether the target answered. */
    reached: { type: 'boolean' },
  },
  required: [...envelopeRequired, 're'],
  additionalProperties: false,
} as const;
export type Ack = FromSchema<typeof ackSchema>;
