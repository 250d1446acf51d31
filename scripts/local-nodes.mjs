import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ringNode = fileURLToPath(new URL('../packages/ring-node/bin/ring-node.js', import.meta.url));
const webclientProgram = fileURLToPath(new URL('../packages/client/bin/webclient.js', import.meta.url));
const colours = [36, 33, 35, 32, 34, 31, 96, 93, 95, 92];

/** The text in a colour of the number's own: only on a terminal, and never with NO_COLOR set (no-color.org). */
export function coloured(text, number) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${colours[number % colours.length]}m${text}\u001b[0m` : text;
}

/**
 * Starts a ring-node in a process of its own. Each line that it logs is handed to `onLine`; `nodeArgs` are options of Node.js.
 * `listening` resolves with its address, which `address` is from then on, and rejects where the process ends instead.
 */
export function startNode({ data, listen, join, onLine = () => {}, nodeArgs = [] }) {
  const [ip, port] = join === undefined ? [] : splitAddress(join);
  const args = ['--data', data, ...(listen === undefined ? [] : ['--listen', listen]), ...(join === undefined ? [] : ['-i', ip, '-p', port])];
  const child = spawn(process.execPath, [...nodeArgs, ringNode, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let address;
  const listening = new Promise((resolve, reject) => {
    let stderr = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      stderr += `${line}\n`;
      onLine(line);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line);
      address ??= /listening on http:\/\/(\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('close', () => reject(new Error(`a node did not start: ${stderr.trim()}`)));
  });
  return {
    get address() {
      return address;
    },
    pid: child.pid,
    listening,
    ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Waits until the node sees a whole ring of so many, all of them with copies to keep. */
export async function whole(node, count, withinMs = 30_000) {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const ring = await ringOf(node).catch(() => undefined);
    if (ring?.whole && ring.members.length === count && ring.epoch === ring.oldestEpoch) return ring;
    await wait(100);
  }
  throw new Error(`the ring was not whole within ${withinMs / 1000} s`);
}

/** Runs the real webclient against a node; its output is returned. @throws Error with what it said where it failed */
export async function webclient(args, node, { cwd } = {}) {
  const [ip, port] = splitAddress(node.address);
  const env = { ...process.env, CORING_NO_CACHE: '1' };
  const child = spawn(process.execPath, [webclientProgram, ...args, '-i', ip, '-p', port], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`webclient ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
  return stdout.trimEnd();
}

/** Not by fetch: that refuses some ports, 4045 among them (WHATWG Fetch, "port blocking"). */
async function ringOf({ address }) {
  const [answer] = await once(get(`http://${address}/ring`, { signal: AbortSignal.timeout(2000) }), 'response');
  return json(answer);
}

function splitAddress(address) {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at), address.slice(at + 1)];
}
