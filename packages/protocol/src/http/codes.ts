import type { FromSchema } from 'json-schema-to-ts';

/** The answer to `POST /codes`. */
export const codeBodySchema = {
  type: 'object',
  properties: { uuid: { type: 'string' }, code: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
  required: ['uuid', 'code'],
} as const;
export type CodeBody = FromSchema<typeof codeBodySchema>;

/** The answer to `POST /messages`. */
export const messageBodySchema = {
  type: 'object',
  properties: { id: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
  required: ['id'],
} as const;
export type MessageBody = FromSchema<typeof messageBodySchema>;

/** The answer to `GET /codes`: whether that node has the key of all codes, or has just got it. */
export const codesReadySchema = {
  type: 'object',
  properties: { ready: { type: 'boolean' } },
  required: ['ready'],
} as const;
export type CodesReady = FromSchema<typeof codesReadySchema>;
