export { alone } from './alone.js';
export { append, type AppendOptions, cutTornLine, generations } from './append.js';
export { LogFileError } from './log-file-error.js';
