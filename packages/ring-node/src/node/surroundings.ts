import { randomFillSync } from 'node:crypto';
import type { Surroundings } from '../ring/index.js';

const pool = new Uint32Array(256);
let used = pool.length;

/** The real clocks and real chance, drawn for one step. */
export function drawSurroundings(): Surroundings {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return { nowMs: performance.now(), wallMs: Date.now(), seed: pool[used++]! };
}
