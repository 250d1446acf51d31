export { httpDefaults } from './http/http-options.js';
export { linkLimits } from './node/links/limits.js';
export { type NodeOptions } from './node/options.js';
export { type Log, noLog, openLog } from './node/log.js';
export { type RunningNode, startNode } from './node/start-node.js';
export { StartError } from './node/start-error.js';
export type { RingEvent } from './ring/index.js';
