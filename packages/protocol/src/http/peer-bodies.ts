import { canStopBodySchema } from './bodies.js';
import { codesReadySchema } from './codes.js';
import { heldSchema, holdingsSchema } from './copies.js';
import { ownMergesSchema } from './merges.js';

/** Bodies of HTTP answers that nodes ask each other for. */
export const peerBodySchemas = { canStop: canStopBodySchema, ownMerges: ownMergesSchema, holdings: holdingsSchema, held: heldSchema, codesReady: codesReadySchema } as const;
