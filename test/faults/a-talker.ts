import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { until } from '../a-ring.js';
import type { Host } from './a-network.js';
import type { Asking, Heard } from './talker.js';

const talkerFile = fileURLToPath(new URL('talker.js', import.meta.url));
const PORT = 4044;
/** Nobody asks for a number twice. */
let next = 0;

/** Somebody on a host who asks others for numbers, and hears what they ask. */
export class Talker {
  /** The numbers that others asked, in the order of their coming. */
  readonly asked = new Set<number>();
  /** The numbers that others answered, and how long each took. */
  readonly answered = new Map<number, number>();

  constructor(
    readonly host: Host,
    readonly tell: (asking: Asking) => void,
  ) {}

  hear(heard: Heard): void {
    if ('asked' in heard) this.asked.add(heard.asked);
    else this.answered.set(heard.answered, heard.tookMs);
  }

  /** Asks so many new numbers, and returns them. */
  ask({ host: { address } }: Talker, count = 1): readonly number[] {
    const numbers = Array.from({ length: count }, () => next++);
    this.tell({ of: address, numbers });
    return numbers;
  }

  /** Asks once, and waits for the answer. Packets do not overtake each other unless they are delayed: what was asked before has come by then, or is lost. */
  async isAnsweredBy(other: Talker): Promise<void> {
    const [number] = this.ask(other) as [number];
    await until(() => other.asked.has(number) && this.answered.has(number), `${other.host.address} to answer ${this.host.address}`);
  }

  /** Asks until an answer has come so fast. */
  async isAnsweredWithin(ms: number, other: Talker): Promise<void> {
    const numbers: number[] = [];
    const isFast = (number: number): boolean => this.answered.has(number) && this.answered.get(number)! < ms;
    await until(() => (numbers.push(...this.ask(other)), numbers.some(isFast)), `${other.host.address} to answer ${this.host.address} within ${ms} ms`);
  }
}

/** One on that host, who goes with the test. */
export async function aTalker(t: ExecutionContext, host: Host): Promise<Talker> {
  const [command, ...args] = [...host.within, process.execPath, talkerFile, host.address, String(PORT)];
  const running = spawn(command!, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  t.teardown(() => running.kill('SIGKILL'));
  const talker = new Talker(host, (asking) => running.send(asking));
  await once(running, 'message');
  running.on('message', (heard: Heard) => talker.hear(heard));
  return talker;
}
