import type { Notifier } from '@coring/sockets';
import type { Serving } from '../arguments.js';
import type { Log } from '../log.js';
import { StartError } from '../start-error.js';
import type { RunningNode } from '../start-node.js';
import type { Entrances } from './entrances.js';

/** What a process has beside its node: sockets that it was told to open or has inherited, and whoever started it and wants to hear how it goes. */
export class Outside {
  readonly entrances: Entrances | undefined;
  readonly #notifier: Notifier | undefined;
  readonly #idle: Serving['idle'];
  #isStopping = false;
  #endTelling = (): void => {};
  #endLooking = (): void => {};

  private constructor(entrances: Entrances | undefined, notifier: Notifier | undefined, idle: Serving['idle']) {
    this.entrances = entrances;
    this.#notifier = notifier;
    this.#idle = idle;
  }

  /** @throws StartError where a socket cannot be opened */
  static async open(serving: Serving, log: Log): Promise<Outside> {
    const { LISTEN_FDS, NOTIFY_SOCKET } = process.env;
    // Most nodes have nothing of it, and need not load what it takes.
    if (serving.serve.length === 0 && serving.idle === undefined && LISTEN_FDS === undefined && NOTIFY_SOCKET === undefined) return new Outside(undefined, undefined, undefined);
    const [{ inheritedSockets, openNotifier }, { Entrances }] = await Promise.all([import('@coring/sockets'), import('./entrances.js')]);
    const { sockets, problems } = inheritedSockets();
    for (const problem of problems) log.warn(problem);
    const notifier = openNotifier((problem) => log.warn(problem));
    const entrances = await Entrances.open({ ...serving, inherited: sockets, log });
    if (serving.idle === undefined || entrances.ringAddress !== undefined) return new Outside(entrances, notifier, serving.idle);
    await entrances.close();
    throw new StartError('wrong-use', "--idle-exit needs the ring's port from systemd (FileDescriptorName=ring): nothing else would start the node again");
  }

  /** The node may look for its ring for long: whoever started the process does not have to wait for that. */
  looksForRing(): void {
    this.#notifier?.ready('looks for its ring');
  }

  /** The node is there, and from now on it is told how its ring is. */
  serves(node: RunningNode): void {
    if (this.#notifier === undefined || this.#isStopping) return;
    const notifier = this.#notifier;
    void import('./tell-manager.js').then(({ tellManager }) => {
      if (!this.#isStopping) this.#endTelling = tellManager(node, notifier);
    });
  }

  /** Calls back once the node sleeps, if it is to do so when nobody uses it. */
  letsSleep(node: RunningNode, asleep: () => void): void {
    const { entrances } = this;
    if (this.#idle === undefined || entrances === undefined || this.#isStopping) return;
    const options = { ...this.#idle, sockets: () => entrances.use, asleep };
    void import('./idle.js').then(({ sleepWhenIdle }) => {
      if (!this.#isStopping) this.#endLooking = sleepWhenIdle(node, options);
    });
  }

  /** The node has ended, and another one begins in its place. */
  startsAnew(why: string): void {
    this.#endTelling();
    this.#endLooking();
    this.#notifier?.reloading(why);
  }

  /** Nobody is let in any more; who is in stays until the process ends. */
  async beginToStop(why: string): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#endTelling();
    this.#endLooking();
    this.#notifier?.stopping(why);
    await this.entrances?.close();
  }

  /** Resolves when other processes have finished what was under way. */
  async ended(): Promise<void> {
    await this.entrances?.ended();
  }
}
