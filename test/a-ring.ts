import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RingBody } from '@coring/protocol';
import type { ExecutionContext } from 'ava';

export const main = fileURLToPath(new URL('../../packages/ring-node/bin/ring-node.js', import.meta.url));

export interface NodeArguments {
  /** The node to join after. */
  readonly join?: { readonly address: string };
  readonly data?: string;
  readonly listen?: string;
  readonly args?: readonly string[];
  /** The ring-node to run, if not the one built here. */
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What the command that starts it begins with, to run it elsewhere than here. */
  readonly within?: readonly string[];
}

/** A real ring-node in a process of its own. It ends with the test. */
export class TestNode {
  nodeId = '';
  address = '';
  /** What it was seen to log: one parsed object a line. */
  readonly lines: Record<string, unknown>[] = [];
  stderr = '';
  readonly data: string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  readonly #started: NodeArguments;
  readonly #listeners = new Set<() => void>();
  readonly #hearers: ((line: Record<string, unknown>) => void)[] = [];

  constructor(started: NodeArguments, data: string) {
    this.#started = started;
    this.data = data;
    const [ip, port] = started.join === undefined ? [] : splitAddress(started.join.address);
    const args = [started.program ?? main, '--listen', started.listen ?? '127.0.0.1:0', '--data', data, '--log', 'json', '-v', ...(ip === undefined ? [] : ['-i', ip, '-p', port!]), ...(started.args ?? [])];
    const [file, ...rest] = [...(started.within ?? []), process.execPath, ...args];
    this.#child = spawn(file!, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...started.env } });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#onLine(line));
    this.exited = new Promise((resolve) => this.#child.once('close', (code, signal) => resolve({ code, signal })));
    void this.exited.then(() => this.#notify());
  }

  get url(): string {
    return `http://${this.address}`;
  }

  get port(): string {
    return splitAddress(this.address)[1];
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }

  /** Resolves with the first log line, past or to come, that fits; rejects at the process's end or the deadline. */
  async said(fits: (line: Record<string, unknown>) => boolean, what: string, withinMs = 20_000): Promise<Record<string, unknown>> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      if (!this.isRunning) throw new Error(`the node ended before it said ${what}: ${this.stderr}`);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new Error(`the node did not say ${what} within ${withinMs} ms`);
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          clearTimeout(timer);
          this.#listeners.delete(listener);
          resolve();
        };
        const timer = setTimeout(listener, leftMs);
        this.#listeners.add(listener);
      });
    }
  }

  /** Calls back with each line that it logs from now on: `lines` keeps the newest only. */
  hear(hearer: (line: Record<string, unknown>) => void): void {
    this.#hearers.push(hearer);
  }

  async listening(): Promise<this> {
    const line = await this.said(({ msg }) => typeof msg === 'string' && msg.startsWith('listening'), 'that it listens');
    this.nodeId = line.nodeId as string;
    this.address = line.address as string;
    return this;
  }

  async ring(): Promise<RingBody> {
    return (await (await fetch(`${this.url}/ring`, { signal: AbortSignal.timeout(5000) })).json()) as RingBody;
  }

  /** The same node again: same data, same port. */
  async again(t: ExecutionContext, changed: NodeArguments = {}): Promise<TestNode> {
    return aNode(t, { ...this.#started, data: this.data, listen: this.address, ...changed });
  }

  #onLine(line: string): void {
    const said = parsed(line);
    this.lines.push(said);
    for (const hearer of this.#hearers) hearer(said);
    if (this.lines.length > 20_000) this.lines.splice(0, 10_000);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Starts a node and waits until it listens. */
export async function aNode(t: ExecutionContext, started: NodeArguments = {}): Promise<TestNode> {
  if (started.listen !== undefined) return (await aProcess(t, started)).listening();
  for (;;) {
    const node = await aProcess(t, { ...started, listen: `127.0.0.1:${aPort()}` });
    try {
      return await node.listening();
    } catch (error) {
      if (!node.stderr.includes('in use')) throw error;
    }
  }
}

/** Below the ports that the system hands out by itself: a node that is restarted finds its own free again. */
export function aPort(): number {
  return 20_000 + Math.floor(Math.random() * 10_000);
}

/** Starts a node that may fail to. */
export async function aProcess(t: ExecutionContext, started: NodeArguments = {}): Promise<TestNode> {
  const node = new TestNode(started, started.data ?? join(await aFolder(t), 'data'));
  t.teardown(async () => {
    if (node.isRunning) await node.kill();
    if (!t.passed) t.log(node.address, node.stderr, node.lines.slice(-15).map((line) => JSON.stringify(line)).join('\n'));
  });
  return node;
}

/** A fresh folder that goes with the test. */
export async function aFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A ring of n real nodes, each joined after the one before it, waited for until whole and synced. */
export async function aRing(t: ExecutionContext, n: number, args: readonly string[] = [], program = main): Promise<TestNode[]> {
  const nodes: TestNode[] = [];
  for (let i = 0; i < n; i++) nodes.push(await aNode(t, { args, program, ...(i === 0 ? {} : { join: nodes[i - 1]! }) }));
  await whole(nodes);
  return nodes;
}

/** Waits until every one of the nodes sees exactly these in the ring, whole, and all of them members of an epoch that is synced. */
export async function whole(nodes: readonly TestNode[], withinMs = 30_000): Promise<void> {
  const ids = nodes.map(({ nodeId }) => nodeId).sort().join();
  await until(
    async () => {
      const rings = await Promise.all(nodes.map((node) => node.ring()));
      return rings.every((ring) => ring.whole && ring.members.slice().sort().join() === ids && ring.epoch === ring.oldestEpoch && ring.epoch === rings[0]!.epoch);
    },
    `a whole ring of ${nodes.length}`,
    withinMs,
  );
}

/** Waits until the condition holds, looking again and again; a condition that throws does not hold. */
export async function until(holds: () => Promise<boolean> | boolean, what: string, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line };
  }
}

function splitAddress(address: string): [string, string] {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at).replace(/^\[|\]$/g, ''), address.slice(at + 1)];
}
