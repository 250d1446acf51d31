import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly done: Promise<Ran>;
  /** Resolves once that text was printed. */
  printed(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Runs the real webclient in a process of its own. */
export function aClient(t: ExecutionContext, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running {
  return aProcess(t, process.execPath, [main, ...args], options);
}

/** Runs it on a terminal, which script(1) makes; standard error comes on it too. */
export function onTerminal(t: ExecutionContext, args: readonly string[], { cwd, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  const line = [process.execPath, main, ...args].join(' ');
  return aProcess(t, 'script', ['-qec', `exec ${line}`, '/dev/null'], { ...(cwd === undefined ? {} : { cwd }), env: { TERM: 'xterm', ...env } }).done;
}

/** Runs any program; it ends with the test. */
export function aProcess(t: ExecutionContext, file: string, args: readonly string[], { cwd, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running {
  const child = spawn(file, args, { cwd, env: { ...process.env, CORING_NO_CACHE: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return {
    done,
    printed: async (text) => {
      while (!stdout.includes(text)) {
        const more = new Promise<'more'>((resolve) => listeners.add(() => resolve('more')));
        if ((await Promise.race([more, done])) !== 'more') throw new Error(`it ended without '${text}': ${stdout}${stderr}`);
      }
    },
    signal: (signal) => void child.kill(signal),
  };
}

export function run(t: ExecutionContext, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  return aClient(t, args, options).done;
}

/** A fresh folder that goes with the test. */
export async function aFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-client-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A port at which nobody listens: below those that the system hands out by itself, so that it stays free. */
export async function aDeadAddress(): Promise<string> {
  for (;;) {
    const port = 30_000 + Math.floor(Math.random() * 2_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!isFree) continue;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return `127.0.0.1:${port}`;
  }
}

/** A node that hangs as a stopped process does: connections are made, nothing is ever answered. */
export async function aHungAddress(t: ExecutionContext): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    t.teardown(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
