export { type Options, optionsOf } from './options.js';
export { run } from './run.js';
export { World } from './world.js';
