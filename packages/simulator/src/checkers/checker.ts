import type { World } from '../world.js';

/** Says what is wrong with a run that has ended, one line for each fault; nothing where all is well. */
export type Checker = (world: World) => string[];
