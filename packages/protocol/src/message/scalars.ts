/** The small shapes that every message is made of. */
export const nodeId = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;
export const ringId = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;
/** A digest of content: sha-256, lower-case hex. */
export const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
export const messageId = { type: 'string', minLength: 1, maxLength: 96 } as const;
/** A count, a size in bytes, or a time: a non-negative integer that JSON carries exactly. */
export const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
/** `host:port`, IPv6 hosts in brackets. */
export const address = { type: 'string', minLength: 3, maxLength: 300 } as const;
export const fileName = { type: 'string', minLength: 1, maxLength: 1024 } as const;
export const shortText = { type: 'string', maxLength: 300 } as const;
export const contentType = { type: 'string', maxLength: 255 } as const;
/** A fractional key that orders the ring: base-62 digits. */
export const position = { type: 'string', pattern: '^[0-9A-Za-z]{1,120}$' } as const;
export const featureList = { type: 'array', items: { type: 'string', maxLength: 40 }, maxItems: 64 } as const;
