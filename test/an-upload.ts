import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { TestNode } from './a-ring.js';
import { digestOfContent } from './content.js';
import { urlOf } from './files.js';

const program = fileURLToPath(new URL('uploading.js', import.meta.url));

/** What a client was answered; `status` 0 where the connection ended without an answer. */
export interface UploadAnswer {
  readonly status: number;
  readonly body: string;
}

/** A PUT by a client of its own process, which sends as much of the body as it is told. */
export class Upload {
  /** Settles with the answer, also where the client or its node died. */
  readonly answered: Promise<UploadAnswer>;
  readonly #child: ChildProcess;

  constructor(
    node: TestNode,
    readonly name: string,
    readonly size: number,
    readonly seed: number,
  ) {
    this.#child = fork(program, [urlOf(node, name), String(size), String(seed)], { execArgv: [] });
    this.answered = new Promise((resolve) => {
      this.#child.on('message', (told: { answered?: number; body?: string }) => {
        if (told.answered !== undefined) resolve({ status: told.answered, body: told.body! });
      });
      this.#child.once('exit', () => resolve({ status: 0, body: 'the client ended' }));
    });
  }

  get digest(): string {
    return digestOfContent(this.size, this.seed);
  }

  /** Sends the body up to a share of it (1: all); resolves once the system has taken it. Ends early where the request does. */
  async send(share: number): Promise<void> {
    const sent = new Promise<void>((resolve) => {
      this.#child.on('message', (told: { sent?: number }) => {
        if (told.sent !== undefined) resolve();
      });
    });
    // It may have ended meanwhile: then `answered` has settled, or is about to.
    this.#child.send(Math.floor(this.size * share), () => undefined);
    await Promise.race([sent, this.answered]);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.answered;
  }
}

export function anUpload(t: ExecutionContext, node: TestNode, name: string, size: number, seed: number): Upload {
  const upload = new Upload(node, name, size, seed);
  t.teardown(() => upload.kill());
  return upload;
}
