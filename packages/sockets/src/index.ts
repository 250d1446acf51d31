export { type Abilities, abilities } from './abilities.js';
export * from './error.js';
export { type Inheritance, type InheritedSocket, inheritedSockets } from './inherited.js';
export * from './listen-address.js';
export { openSocket } from './open.js';
export { type Notifier, openNotifier } from './notify.js';
export type { OpenSocket, ServeOptions, Service, SocketLog } from './socket.js';
export { takeSocket } from './take-inherited.js';
