import type { Socket } from 'node:net';
import type { Service } from '@coring/sockets';
import { Later } from './serve/later.js';
import { roles, type RoleName } from './serve/roles.js';
import { type HandedOver, WORKER_GRACE_MS, type WorkerOptions, type WorkerSays } from './workers.js';

/** A process that serves the connections which a node hands over to it, until the node ends. */
const { hello, isVerbose } = JSON.parse(process.argv[2]!) as WorkerOptions;
const services = new Map<RoleName, Promise<Service>>();
const connections = new Set<Socket>();

process.title = 'ring-node worker';
// The terminal sends them to all; what is under way is the node's to end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

process.on('message', ({ role, peer }: HandedOver, socket: Socket | undefined) => {
  // It was gone already.
  if (socket === undefined) return void process.send!('over' satisfies WorkerSays);
  connections.add(socket);
  socket.once('close', () => {
    connections.delete(socket);
    if (process.connected) process.send!('over' satisfies WorkerSays);
    endWhenIdle();
  });
  socket.on('error', () => undefined);
  socket.allowHalfOpen = true;
  socket.pause();
  void serviceOf(role).then(({ stream }) => stream!(socket, peer));
});

// The node may have ended while this was being loaded.
if (process.connected) process.once('disconnect', end);
else end();

function end(): void {
  endWhenIdle();
  setTimeout(() => process.exit(0), WORKER_GRACE_MS);
}

function endWhenIdle(): void {
  if (!process.connected && connections.size === 0) process.exit(0);
}

function serviceOf(role: RoleName): Promise<Service> {
  const created = services.get(role) ?? roles[role].create({ hello, log: { debug: say('debug'), info: say('info'), warn: say('warn') }, http: new Later(), ring: new Later(), codes: new Later(), messages: new Later() });
  services.set(role, created);
  return created;
}

function say(level: Exclude<WorkerSays, 'over'>['level']): (fields: object, line: string) => void {
  return (fields, line) => {
    if (!process.connected || (level === 'debug' && !isVerbose)) return;
    process.send!({ level, fields, line } satisfies WorkerSays);
  };
}
