export { checkLinearizability } from './checkers/linearizability.js';
export { checkListing } from './checkers/listing.js';
export { checkNoInvention } from './checkers/no-invention.js';
export { type Answer, gradeOf, History, type Operation } from './history.js';
export { longOptionsOf, type Options, optionsOf } from './options.js';
export { Random } from './random.js';
export { run } from './run.js';
export { World } from './world.js';
