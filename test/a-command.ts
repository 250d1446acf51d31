import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

const programs = {
  'ring-node': fileURLToPath(new URL('../../packages/ring-node/bin/ring-node.js', import.meta.url)),
  webclient: fileURLToPath(new URL('../../packages/client/bin/webclient.js', import.meta.url)),
} as const;

/** How long a program that should print something is waited for, where a test does not say. An emulated machine takes longer. */
const PRINTED_WITHIN_MS = Number(process.env.CORING_TEST_WITHIN_MS ?? 20_000);

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of the programs as a user types it, in a process of its own. It ends with the test. */
export class Command {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();

  constructor(file: string, args: readonly string[], { cwd, env = {} }: CommandOptions) {
    this.#child = spawn(file, args, { cwd, env: { ...process.env, CORING_NO_CACHE: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const listener of this.#listeners) listener();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => this.#child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr })));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What the pattern finds in standard output, printed already or within the time. */
  async printed(pattern: RegExp, withinMs = PRINTED_WITHIN_MS): Promise<RegExpExecArray> {
    const late = new Promise<'late'>((resolve) => AbortSignal.timeout(withinMs).addEventListener('abort', () => resolve('late'), { once: true }));
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      let listener = (): void => {};
      const more = new Promise<'more'>((resolve) => {
        listener = () => resolve('more');
        this.#listeners.add(listener);
      });
      const next = await Promise.race([more, late, this.ended]);
      this.#listeners.delete(listener);
      if (next !== 'more') throw new Error(`${next === 'late' ? 'it did not print' : 'it ended without printing'} ${pattern}: ${this.stdout}${this.stderr}`);
    }
  }
}

export function start(t: ExecutionContext, program: keyof typeof programs, args: readonly string[], options: CommandOptions = {}): Command {
  return startFile(t, process.execPath, [programs[program], ...args], options);
}

export function startFile(t: ExecutionContext, file: string, args: readonly string[], options: CommandOptions = {}): Command {
  const command = new Command(file, args, options);
  t.teardown(async () => {
    command.signal('SIGKILL');
    await command.ended;
  });
  return command;
}

export function run(t: ExecutionContext, program: keyof typeof programs, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return start(t, program, args, options).ended;
}

/** Starts a node in a folder of its own, and waits until it says where it listens. */
export async function listeningNode(t: ExecutionContext, args: readonly string[], options: CommandOptions = {}): Promise<{ node: Command; address: string; ip: string; port: string }> {
  const node = start(t, 'ring-node', args, options);
  const [, address] = await node.printed(/listening on http:\/\/(\S+?)[\s,]/);
  const at = address!.lastIndexOf(':');
  return { node, address: address!, ip: address!.slice(0, at), port: address!.slice(at + 1) };
}
