import type { FromSchema } from 'json-schema-to-ts';
import { count, digest, fileName, nodeId } from '../message/scalars.js';

const conflictSchema = {
  type: 'object',
  properties: {
    version: { type: 'string', maxLength: 100 },
    digest,
    size: count,
    modifiedMs: count,
    /** Whether it still stands beside the name; absent where that could not be told just now. */
    kept: { type: 'boolean' },
  },
  required: ['version', 'digest', 'size', 'modifiedMs'],
  additionalProperties: false,
} as const;

/** What was written to a name on several sides was joined. */
const mergeSchema = {
  type: 'object',
  properties: {
    /** In the order of time; `before` takes it. */
    id: { type: 'string', pattern: '^[0-9]{15}-[0-9]{12}-[0-9a-f]{32}$' },
    name: fileName,
    /** By the clock of the node that merged. */
    atMs: count,
    node: nodeId,
    /** What keeps the name. */
    version: { type: 'string', maxLength: 100 },
    /** The name was deleted on every side. */
    deleted: { type: 'boolean' },
    /** The versions that the merge has put beside it, 32 at most; none: what keeps the name succeeds all others, and nothing was lost. */
    conflicts: { type: 'array', maxItems: 32, items: conflictSchema },
    /** How many stood beside the name afterwards, earlier ones with them. */
    conflictsInAll: count,
  },
  required: ['id', 'name', 'atMs', 'node', 'version', 'conflicts', 'conflictsInAll'],
  additionalProperties: false,
} as const;
export type Merge = FromSchema<typeof mergeSchema>;

/** When the first of those that came back was seen again, by the clock of the node that saw it. */
const healTimes = { atMs: count, /** Since when the first of them was away; absent where nobody knows. */ sinceMs: count } as const;
/** Merges made then, and those that have put conflict copies beside a name. */
const healCounts = { merges: count, withConflicts: count } as const;

/** `GET /ring/merges?own`: what one node has written down itself, newest first. */
export const ownMergesSchema = {
  type: 'object',
  properties: {
    heals: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        /** `nodes`: who came back, the first 64. */
        properties: { ...healTimes, nodes: { type: 'array', maxItems: 64, items: nodeId }, ...healCounts },
        required: ['atMs', 'nodes', 'merges', 'withConflicts'],
        additionalProperties: false,
      },
    },
    merges: { type: 'array', maxItems: 1000, items: mergeSchema },
    /** There are older ones. */
    more: { type: 'boolean' },
  },
  required: ['heals', 'merges', 'more'],
  additionalProperties: false,
} as const;
export type OwnMerges = FromSchema<typeof ownMergesSchema>;

/** `GET /ring/merges?name=&limit=&before=`: the merge report, newest first. */
export const mergesBodySchema = {
  type: 'object',
  properties: {
    /** Nodes that were away came back. */
    heals: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          ...healTimes,
          /** `nodes` saw `missed` come back: two parts of the ring that met are two of these. */
          sides: {
            type: 'array',
            items: {
              type: 'object',
              properties: { nodes: { type: 'array', items: nodeId }, missed: { type: 'array', items: nodeId } },
              required: ['nodes', 'missed'],
              additionalProperties: false,
            },
          },
          ...healCounts,
        },
        required: ['atMs', 'sides', 'merges', 'withConflicts'],
        additionalProperties: false,
      },
    },
    merges: { type: 'array', items: mergeSchema },
    /** Nodes that have not told what they merged. */
    unanswered: { type: 'array', items: nodeId },
    /** Ask on with `before` set to this. */
    next: { type: 'string' },
  },
  required: ['heals', 'merges', 'unanswered'],
  additionalProperties: false,
} as const;
export type MergesBody = FromSchema<typeof mergesBodySchema>;
