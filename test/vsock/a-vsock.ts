import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test, { type Implementation } from 'ava';
import { testWith } from '../sockets/an-activation.js';

/** What may be under way to an echo and back: less than the kernel holds on the way, since socat does not read while it cannot write. */
const UNDER_WAY_BYTES_MAX = 65_536;
/** How long socat waits for the other side to end, in seconds: longer than any test. */
const PATIENCE_SECONDS = 3_600;

/** A test of what goes over vsock within this machine. Where the kernel cannot, it is skipped, and says so. */
export function vsockTest(title: string, implementation: Implementation<[]>): void {
  if (existsSync('/sys/module/vsock_loopback')) testWith(['socat', 'systemd-socket-activate', 'addon'], title, implementation);
  else test.skip(`${title} (not tried: the kernel has no vsock_loopback; npm run test:vsock brings one that has)`, implementation);
}

/** Sends the bytes, ends its own direction, and gives what comes back until the other one ends. */
export async function echoed(port: number, bytes: Buffer): Promise<Buffer> {
  const { stdin, stdout } = toPort(port);
  const parts: Buffer[] = [];
  let [sent, received] = [0, 0];
  const send = (): void => {
    if (stdin.writableEnded) return;
    const part = bytes.subarray(sent, received + UNDER_WAY_BYTES_MAX);
    sent += part.length;
    if (sent === bytes.length) stdin.end(part);
    else stdin.write(part);
  };
  send();
  for await (const part of stdout as AsyncIterable<Buffer>) {
    parts.push(part);
    received += part.length;
    send();
  }
  return Buffer.concat(parts);
}

export interface Answer {
  readonly status: number | undefined;
  readonly body: Buffer;
}

/** Asks the web server there, over a connection of its own. */
export function asked(port: number, method: string, path: string, body?: Buffer): Promise<Answer> {
  const { stdin, stdout } = toPort(port);
  return new Promise((resolve, reject) => {
    const asking = request({ method, path, headers: { 'Content-Length': body?.length ?? 0 }, createConnection: () => Duplex.from({ writable: stdin, readable: stdout }) }, (response) => {
      buffer(response).then((received) => resolve({ status: response.statusCode, body: received }), reject);
    });
    asking.once('error', reject).end(body);
  });
}

/** What socat complains of, and how it ends, where it cannot connect. */
export async function refusal(port: number): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const socat = spawn('socat', ['-', `VSOCK-CONNECT:1:${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const code = new Promise<number | null>((resolve) => socat.once('close', resolve));
  return { stderr: (await buffer(socat.stderr)).toString(), code: await code };
}

function toPort(port: number): ChildProcessByStdio<Writable, Readable, null> {
  const socat = spawn('socat', ['-t', String(PATIENCE_SECONDS), '-', `VSOCK-CONNECT:1:${port}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  // A node that ends cuts it off.
  socat.stdin.on('error', () => undefined);
  return socat;
}
