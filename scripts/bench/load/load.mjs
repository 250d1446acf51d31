import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('generator.mjs', import.meta.url));

/** The process that makes the load, for one job at a time. */
export class Load {
  #child = fork(program);
  #ended = once(this.#child, 'exit').then(() => Promise.reject(new Error('the process that makes the load has ended')));

  constructor() {
    this.#ended.catch(() => undefined);
  }

  /** What came of the job: see generator.mjs. @throws Error where a request failed */
  async run(job) {
    this.#child.send({ protocol: 'http', connections: 64, bodyBytes: 0, ...job });
    const [result] = await Promise.race([once(this.#child, 'message'), this.#ended]);
    const failures = Object.entries(result.failures);
    if (failures.length > 0) throw new Error(failures.map(([what, count]) => `${count} × ${what}`).join(', '));
    return result;
  }

  end() {
    this.#child.disconnect();
  }
}
