import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { profileArgs, timeByPart } from './profile.mjs';

const READY_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 10_000;

/** The temporary folder of one row, and the processes that it starts: all gone after `end`. */
export class World {
  folder;
  /** Options of Node.js for our own nodes. */
  nodeArgs = [];
  #endings = [];

  static async begin(parent, { isProfiled = false } = {}) {
    const world = new World();
    world.folder = await mkdtemp(join(parent, 'coring-bench-'));
    if (isProfiled) world.nodeArgs = profileArgs(await world.folderOf('profiles'));
    return world;
  }

  /** A new folder in that of the row. */
  async folderOf(name) {
    const path = join(this.folder, name);
    await mkdir(path, { recursive: true });
    return path;
  }

  /** Called at the end, the latest first. */
  atEnd(ending) {
    this.#endings.push(ending);
  }

  /**
   * Starts a program and waits until its port takes connections.
   * @throws Error with the end of what it said, where it ends instead
   */
  async serve(command, args, { port, name, cwd = this.folder, env = process.env }) {
    const log = join(this.folder, `${name}.log`);
    const output = createWriteStream(log);
    await once(output, 'open');
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] });
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
      child.once('error', resolve);
    });
    this.atEnd(() => endOf(child, ended));
    const isOver = Symbol('over');
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await answers(port))) {
      const over = await Promise.race([ended.then(() => isOver), wait(20)]);
      if (over === isOver || performance.now() > deadline) {
        const said = await readFile(log, 'utf8').catch(() => '');
        throw new Error(`${name} does not listen: ${said.slice(-600).trim()}`);
      }
    }
    return { pid: child.pid, port };
  }

  /** Returns where the time of our nodes went, if that was asked for. */
  async end() {
    for (const ending of this.#endings.splice(0).reverse()) await ending();
    const time = this.nodeArgs.length === 0 ? undefined : await timeByPart(join(this.folder, 'profiles'));
    await rm(this.folder, { recursive: true, force: true });
    return time;
  }
}

/** A port of the loopback address that nobody has just now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a program to its end. @throws Error with what it said where it fails */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.trim()}`);
  return said;
}

async function endOf(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const harder = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(harder);
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
