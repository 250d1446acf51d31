export { ClientError, type ClientErrorCode } from './client-error.js';
export { type Content, contentOf, contentOfFile } from './content.js';
export type { Description, Download } from './download.js';
export { exitCodeOf, exitCodes } from './exit-codes.js';
export { fileCache, type NodeCache, noCache, userCache } from './node-cache.js';
export { type ClientOptions, nodeClient, type NodeClient, type PutOptions, type Stored } from './node-client.js';
export type { Receipt } from './receipt.js';
export type { EventsWanted, ReceivedEvent } from './watch-events.js';
