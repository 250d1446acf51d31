import type { FromSchema } from 'json-schema-to-ts';
import { envelope, envelopeRequired } from './envelope.js';
import { epochSchema, voteSchema } from './epoch.js';
import { count, messageId, nodeId, shortText } from './scalars.js';

/** How a lap that came home went. */
export const lapSchema = {
  type: 'object',
  properties: { id: messageId, origin: nodeId, hops: count, tookMs: { type: 'number', minimum: 0 }, atMs: count, complete: { type: 'boolean' } },
  required: ['id', 'origin', 'hops', 'tookMs', 'atMs', 'complete'],
  additionalProperties: false,
} as const;
export type Lap = FromSchema<typeof lapSchema>;

/** How far a node is with the copies that an epoch gives it. What is left is estimated. */
export const movementSchema = {
  type: 'object',
  properties: {
    epoch: count,
    bucketsDone: count,
    bucketsTotal: count,
    /** Since it began, or went on after a restart. */
    bytesDone: count,
    bytesLeft: count,
    bytesPerSecond: count,
    /** Absent while nothing is done yet. */
    secondsLeft: count,
  },
  required: ['epoch', 'bucketsDone', 'bucketsTotal', 'bytesDone', 'bytesLeft', 'bytesPerSecond'],
  additionalProperties: false,
} as const;
export type Movement = FromSchema<typeof movementSchema>;

/** What a node says of itself as the CHECK passes. */
export const sightingSchema = {
  type: 'object',
  properties: {
    nodeId,
    incarnation: count,
    /** How late the node's own timer ran, in milliseconds. */
    lagMs: { type: 'number', minimum: 0 },
    /** Since the origin sent the lap, in milliseconds, as far as elapsed times add up. */
    tookMs: { type: 'number', minimum: 0 },
    /** Newest epoch whose registers and bytes it has in full. */
    syncedEpoch: count,
    files: count,
    bytes: count,
    freeBytes: count,
    /** Absent when it has everything. */
    movement: movementSchema,
  },
  required: ['nodeId', 'incarnation', 'lagMs', 'tookMs', 'syncedEpoch', 'files', 'bytes', 'freeBytes'],
  additionalProperties: false,
} as const;
export type Sighting = FromSchema<typeof sightingSchema>;

/** Minima over everyone that the lap met: the origin learns a fact about all members. */
export const foldSchema = {
  type: 'object',
  properties: {
    count,
    /** The epoch that was the newest when the lap was started, if everyone met has all that it gives them; otherwise 0. */
    minSynced: count,
    /** Time up to which everyone met has nothing unmerged, and nothing that belongs to others. */
    minClean: count,
    full: count,
  },
  required: ['count', 'minSynced', 'minClean', 'full'],
  additionalProperties: false,
} as const;
export type Fold = FromSchema<typeof foldSchema>;

/** Goes round, verifies each link, carries the news, comes home to its origin. */
export const checkSchema = {
  type: 'object',
  properties: {
    ...envelope,
    type: { const: 'CHECK' },
    /** Names the lap: the same at every hop, while `id` names the hop's message. */
    lap: messageId,
    origin: nodeId,
    seq: count,
    /** Number of this arc of the ring, from 0; above 64 nodes a lap has several. */
    arc: count,
    arcs: { type: 'integer', minimum: 1, maximum: 4096 },
    /** Where this arc ends: the node at which the next begins, or the origin. */
    arcEnd: nodeId,
    /** The last node of the arc does not reach the origin: whoever gets this hands it over. */
    homeward: { type: 'boolean' },
    hop: count,
    hopsMax: count,
    /** Time left, in milliseconds; each hop takes off what it used. */
    deadlineMs: { type: 'number' },
    seen: { type: 'array', items: sightingSchema, maxItems: 128 },
    skipped: {
      type: 'array',
      maxItems: 128,
      items: { type: 'object', properties: { nodeId, by: nodeId, why: shortText }, required: ['nodeId', 'by', 'why'], additionalProperties: false },
    },
    fold: foldSchema,
    vote: voteSchema,
    /** Epochs that the origin knows and that are still needed, oldest first. */
    epochs: { type: 'array', items: epochSchema, maxItems: 1024 },
    /** Every epoch below this one is retired: everybody is synced. */
    oldestEpoch: count,
    /** Tombstone floor: time below which no ballot and no branch is accepted. */
    floor: count,
    /** Time up to which tombstones may go: everybody of the roster has nothing older that is unmerged. */
    cleared: count,
    lastHome: lapSchema,
  },
  required: [...envelopeRequired, 'lap', 'origin', 'seq', 'arc', 'arcs', 'arcEnd', 'hop', 'hopsMax', 'deadlineMs', 'seen', 'skipped', 'fold', 'epochs', 'oldestEpoch', 'floor', 'cleared'],
  additionalProperties: false,
} as const;
export type Check = FromSchema<typeof checkSchema>;
