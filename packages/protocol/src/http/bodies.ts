import type { FromSchema } from 'json-schema-to-ts';
import { errorCodes } from '../error-codes.js';
import { lapSchema, movementSchema } from '../message/check.js';
import { settingsSchema } from '../message/epoch.js';
import { memberStates } from '../message/member.js';
import { count, digest, fileName, nodeId, ringId } from '../message/scalars.js';
import { grades, ringHealths } from './headers.js';

/** The body of every error answer. */
export const errorBodySchema = {
  type: 'object',
  properties: {
    error: { type: 'object', properties: { code: { enum: errorCodes }, message: { type: 'string' } }, required: ['code', 'message'], additionalProperties: false },
  },
  required: ['error'],
  additionalProperties: false,
} as const;
export type ErrorBody = FromSchema<typeof errorBodySchema>;

/** One line of `GET /files/`. */
export const listedFileSchema = {
  type: 'object',
  properties: {
    name: fileName,
    size: count,
    type: { type: 'string' },
    /** The quoted sha-256 of the content. */
    etag: { type: 'string' },
    version: { type: 'string' },
    /** ISO 8601. */
    modified: { type: 'string' },
    /** Conflict copies kept beside it; absent for none. */
    conflicts: count,
    /** Only they are left; told with `?conflicts`. */
    deleted: { type: 'boolean' },
  },
  required: ['name', 'size', 'type', 'etag', 'version', 'modified'],
  additionalProperties: false,
} as const;
export type ListedFile = FromSchema<typeof listedFileSchema>;

export const listBodySchema = {
  type: 'object',
  properties: {
    files: { type: 'array', items: listedFileSchema },
    /** Ask on with `after` set to this. */
    next: { type: 'string' },
    grade: { enum: grades },
    /** Some buckets had no majority of their owners answering. */
    partial: { type: 'boolean' },
  },
  required: ['files', 'grade'],
  additionalProperties: false,
} as const;
export type ListBody = FromSchema<typeof listBodySchema>;

/** One conflict copy, as `GET /files/NAME?conflicts` shows it. */
export const conflictsBodySchema = {
  type: 'object',
  properties: {
    name: fileName,
    version: { type: 'string' },
    /** They are kept beside a deletion. */
    deleted: { type: 'boolean' },
    conflicts: {
      type: 'array',
      items: {
        type: 'object',
        properties: { version: { type: 'string' }, digest, size: count, type: { type: 'string' }, modified: { type: 'string' } },
        required: ['version', 'digest', 'size', 'type', 'modified'],
        additionalProperties: false,
      },
    },
  },
  required: ['name', 'version', 'conflicts'],
  additionalProperties: false,
} as const;
export type ConflictsBody = FromSchema<typeof conflictsBodySchema>;

export const ringNodeSchema = {
  type: 'object',
  properties: {
    nodeId,
    address: { type: 'string' },
    state: { enum: memberStates },
    incarnation: count,
    position: { type: 'string' },
    capacity: count,
    zone: { type: 'string' },
    /** This node cannot reach it just now: suspected, not yet down. */
    suspected: { type: 'boolean' },
    lagMs: { type: 'number' },
    syncedEpoch: count,
    files: count,
    bytes: count,
    freeBytes: count,
    movement: movementSchema,
  },
  required: ['nodeId', 'address', 'state', 'incarnation', 'position', 'capacity'],
  additionalProperties: false,
} as const;
export type RingNode = FromSchema<typeof ringNodeSchema>;

/** `GET /ring/scrub`: how far a node is with reading all its copies, or what the last time found. */
export const scrubBodySchema = {
  type: 'object',
  properties: {
    state: { enum: ['idle', 'running'] },
    files: count,
    bytes: count,
    /** Copies found damaged or missing: each counts no more, and is fetched from another holder. */
    damaged: count,
    /** ISO 8601; absent where there was none. */
    started: { type: 'string' },
    finished: { type: 'string' },
    /** While it runs. */
    filesTotal: count,
    bytesTotal: count,
    secondsLeft: count,
  },
  required: ['state', 'files', 'bytes', 'damaged'],
  additionalProperties: false,
} as const;
export type ScrubBody = FromSchema<typeof scrubBodySchema>;

/** Why a node should not be stopped just now. */
export const stopRisks = ['only-copies', 'last-but-one', 'no-majority', 'moving', 'unsure'] as const;

/** `GET /ring/can-stop?node=`. */
export const canStopBodySchema = {
  type: 'object',
  properties: {
    nodeId,
    canStop: { type: 'boolean' },
    /**
     * `only-copies`: files, or conflict copies, of which nobody else who is up has the bytes. `last-but-one`: there are some of which one other
     * node has them, though more copies are wanted. `no-majority`: with those that are away already, some files could only be written weakly.
     * `moving`: copies still follow the last change. `unsure`: not every part of the ring has told what it keeps.
     */
    risks: { type: 'array', items: { enum: stopRisks } },
    /** How many names have something that is only there, and the first of them. */
    onlyCopies: count,
    names: { type: 'array', items: fileName },
  },
  required: ['nodeId', 'canStop', 'risks', 'onlyCopies', 'names'],
  additionalProperties: false,
} as const;
export type CanStopBody = FromSchema<typeof canStopBodySchema>;

/** `GET /ring/census?name=` or `?prefix=&after=&limit=`: which node truly keeps which version, read and compared with its digest. */
export const censusBodySchema = {
  type: 'object',
  properties: {
    files: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: fileName,
          /** The current one. */
          version: { type: 'string' },
          /** On whom its copies belong, the first of them first. */
          owners: { type: 'array', items: nodeId },
          copies: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                nodeId,
                version: { type: 'string' },
                /** The current version or one of its conflict copies; others are left over and go. */
                role: { enum: ['current', 'conflict', 'left-over'] },
                /** Whether all its bytes came and are those of its digest; absent for what is left over, whose digest nobody knows any more. */
                sound: { type: 'boolean' },
              },
              required: ['nodeId', 'version', 'role'],
              additionalProperties: false,
            },
          },
        },
        required: ['name', 'version', 'owners', 'copies'],
        additionalProperties: false,
      },
    },
    /** Ask on with `after` set to this. */
    next: { type: 'string' },
    partial: { type: 'boolean' },
  },
  required: ['files'],
  additionalProperties: false,
} as const;
export type CensusBody = FromSchema<typeof censusBodySchema>;

/** `GET /ring`. */
export const ringBodySchema = {
  type: 'object',
  properties: {
    ringId,
    self: nodeId,
    previous: nodeId,
    next: nodeId,
    /** In ring order from the smallest position. */
    nodes: { type: 'array', items: ringNodeSchema },
    /** Number of the newest epoch. */
    epoch: count,
    /** Number of the oldest epoch still in force: below `epoch` while copies follow a change. */
    oldestEpoch: count,
    /** Members of the newest epoch. */
    members: { type: 'array', items: nodeId },
    whole: { type: 'boolean' },
    state: { enum: ringHealths },
    settings: settingsSchema,
    lastCheck: lapSchema,
    version: { type: 'string' },
    uptimeMs: count,
  },
  required: ['ringId', 'self', 'previous', 'next', 'nodes', 'epoch', 'oldestEpoch', 'members', 'whole', 'state', 'settings', 'version', 'uptimeMs'],
  additionalProperties: false,
} as const;
export type RingBody = FromSchema<typeof ringBodySchema>;
