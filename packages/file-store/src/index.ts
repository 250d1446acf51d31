export { ChunkMemory } from './chunk-memory.js';
export { giveBackRead } from './content.js';
export * from './error.js';
export { openFileStore, type FileStoreOptions } from './file-store.js';
export { memoryStore } from './memory-store.js';
export { OpenedBytes } from './opened.js';
export { readRemains } from './remains.js';
export { setAside } from './set-aside.js';
export * from './store.js';
