import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Service } from '@coring/sockets';
import type { Log } from './log.js';
import type { HelloFlags, RoleName } from './serve/roles.js';

/** What a worker begins with. */
export interface WorkerOptions {
  readonly hello: HelloFlags;
  /** Says all that it does, too. */
  readonly isVerbose: boolean;
}

/** What a worker is told together with a connection. */
export interface HandedOver {
  readonly role: RoleName;
  readonly peer: string;
}

/** What a worker has to say: something for the log, or that a connection is over. */
export type WorkerSays = { readonly level: 'debug' | 'info' | 'warn'; readonly fields: object; readonly line: string } | 'over';

/** For so long what is under way at the end may go on, in milliseconds. */
export const WORKER_GRACE_MS = 3_000;
/** A worker that ends so soon is not replaced before this many milliseconds: what ends it may be lasting. */
const NOT_BEFORE_MS = 1_000;

const program = fileURLToPath(new URL('worker.js', import.meta.url));

/** Processes that serve connections in place of this one. They know nothing of the node and its ring; one that dies takes only its own connections with it. */
export class Workers {
  readonly #options: WorkerOptions;
  readonly #log: Log;
  /** How many connections each has. */
  readonly #workers = new Map<ChildProcess, number>();
  #isEnding = false;

  constructor(count: number, hello: HelloFlags, log: Log) {
    this.#options = { hello, isVerbose: log.isLevelEnabled('debug') };
    this.#log = log;
    for (let i = 0; i < count; i++) this.#start();
  }

  /** How many connections they have. */
  get connections(): number {
    return [...this.#workers.values()].reduce((all, one) => all + one, 0);
  }

  /** The service as the workers give it: each connection goes to the one that has the fewest. Datagrams, and connections while there is no worker, are served here. */
  serving(role: RoleName, here: Service): Service {
    return { ...here, stream: (socket, peer) => this.#handOver(socket, { role, peer }, here) };
  }

  /** Lets them finish what is under way. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const ended = [...this.#workers.keys()].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of this.#workers.keys()) worker.disconnect();
    await Promise.race([Promise.all(ended), wait(WORKER_GRACE_MS + 1_000)]);
    for (const worker of this.#workers.keys()) worker.kill('SIGKILL');
  }

  #start(): void {
    const startedMs = performance.now();
    const worker = fork(program, [JSON.stringify(this.#options)], { serialization: 'advanced', execArgv: [] });
    this.#workers.set(worker, 0);
    worker.on('message', (said: WorkerSays) => {
      if (said === 'over') this.#count(worker, -1);
      else this.#log[said.level](said.fields, said.line);
    });
    worker.on('error', (error) => this.#log.warn({ err: error }, `a worker cannot be had: ${error.message}`));
    worker.once('exit', (code, signal) => {
      this.#workers.delete(worker);
      if (this.#isEnding) return;
      this.#log.warn({ worker: worker.pid }, `worker ${worker.pid} ended (${signal ?? code}): another takes its place`);
      setTimeout(() => this.#isEnding || this.#start(), Math.max(0, NOT_BEFORE_MS - (performance.now() - startedMs))).unref();
    });
    this.#log.info({ worker: worker.pid }, `worker ${worker.pid} serves connections`);
  }

  #handOver(socket: Socket, handed: HandedOver, here: Service): void {
    const [worker] = [...this.#workers.keys()].filter(({ connected }) => connected).sort((a, b) => this.#workers.get(a)! - this.#workers.get(b)!);
    if (worker === undefined) return here.stream!(socket, handed.peer);
    this.#count(worker, 1);
    worker.send(handed, socket, { keepOpen: true }, (error) => {
      if (error === null) return void socket.destroy();
      // It has died meanwhile; nothing was read of the connection.
      this.#count(worker, -1);
      this.#handOver(socket, handed, here);
    });
  }

  #count(worker: ChildProcess, more: number): void {
    const connections = this.#workers.get(worker);
    if (connections !== undefined) this.#workers.set(worker, connections + more);
  }
}
