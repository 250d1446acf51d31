import { accusationSchema, memberSchema } from './member.js';
import { count, messageId, nodeId, ringId } from './scalars.js';

/** The protocol versions that this release speaks; the handshake of a link settles on one. */
export const PROTOCOL_MIN = 1;
export const PROTOCOL_MAX = 1;

/** What every message carries beside its own fields. */
export const envelope = {
  v: { type: 'integer', minimum: PROTOCOL_MIN, maximum: PROTOCOL_MAX },
  id: messageId,
  from: nodeId,
  incarnation: count,
  /** Absent only in JOIN, whose sender may not know whom it asks. */
  to: nodeId,
  /** Absent while the sender belongs to no ring. */
  ringId,
  /** The sender's hybrid logical clock, as in a stamp. */
  clock: count,
  /** A hash of the sender's roster: two that differ for long exchange rosters. */
  rosterDigest: { type: 'string', pattern: '^[0-9a-f]{16}$' },
  /** Number of the newest epoch that the sender knows; 0 for none. */
  epoch: count,
  /** Roster entries that changed of late. */
  news: { type: 'array', items: memberSchema, maxItems: 4096 },
  accusations: { type: 'array', items: accusationSchema, maxItems: 4096 },
} as const;

export const envelopeRequired = ['v', 'type', 'id', 'from', 'incarnation', 'clock', 'rosterDigest', 'epoch', 'news', 'accusations'] as const;
/** For messages that answer another one. */
export const re = messageId;
