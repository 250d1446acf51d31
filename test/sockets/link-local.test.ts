import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type Command, type Ended, startFile } from '../a-command.js';
import { aFolder } from '../a-ring.js';
import { testWith } from './an-activation.js';

const needed = ['root', 'unshare', 'nsenter', 'ip'];
const fileOf = (program: string): string => fileURLToPath(new URL(`../../../packages/${program}.js`, import.meta.url));
const [ringNode, webclient] = [fileOf('ring-node/bin/ring-node'), fileOf('client/bin/webclient')];

/** A network of its own with one interface, eth0. */
class Host {
  readonly pid: number;
  readonly #t: ExecutionContext;

  private constructor(t: ExecutionContext, { pid }: Command) {
    this.#t = t;
    this.pid = pid;
  }

  /** Two of them on one cable, each with these addresses. */
  static async pair(t: ExecutionContext, addresses: readonly (readonly string[])[]): Promise<[Host, Host]> {
    const hosts = await Promise.all([0, 1].map(async () => {
      const holder = startFile(t, 'unshare', ['--net', 'sh', '-c', 'echo here; exec sleep infinity']);
      await holder.printed(/here/);
      return new Host(t, holder);
    }));
    const [a, b] = hosts as [Host, Host];
    a.#ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(b.pid));
    for (const [i, host] of hosts.entries()) {
      // Addresses that are given are usable at once: nobody asks first whether another host has them.
      host.#ip('link', 'set', 'eth0', 'addrgenmode', 'none');
      for (const address of addresses[i]!) host.#ip('address', 'add', `${address}/64`, 'dev', 'eth0', 'nodad');
      for (const device of ['lo', 'eth0']) host.#ip('link', 'set', device, 'up');
    }
    return [a, b];
  }

  start(program: string, args: readonly string[]): Command {
    return startFile(this.#t, 'nsenter', [`--net=/proc/${this.pid}/ns/net`, process.execPath, program, ...args]);
  }

  webclient(...args: readonly string[]): Promise<Ended> {
    return this.start(webclient, args).ended;
  }

  #ip(...args: readonly string[]): void {
    const { status, stderr } = spawnSync('nsenter', [`--net=/proc/${this.pid}/ns/net`, 'ip', ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  }
}

testWith(needed, 'C08 a ring and its clients on link-local addresses, bare and in brackets, each with its zone', async (t) => {
  const folder = await aFolder(t);
  const [a, b] = await Host.pair(t, [['fe80::a'], ['fe80::b']]);
  const first = a.start(ringNode, ['--listen', 'fe80::a%eth0', '--insecure', '--data', join(folder, 'a'), '--serve', 'hello=fe80::a%eth0', '--serve', 'echo=udp:[fe80::a%eth0]:3000']);
  await first.printed(/hello on \[fe80::a%eth0\]:16273\n.*echo on udp:\[fe80::a%eth0\]:3000\n[^]*listening on http:\/\/\[fe80::a%eth0\]:4043 /);
  const second = b.start(ringNode, ['--listen', '[::]:4044', '--advertise', 'fe80::b%eth0', '--insecure', '--data', join(folder, 'b'), '-i', 'fe80::a%eth0', '-p', '4043']);
  await second.printed(/joined the ring through \[fe80::a%eth0\]:4043/);
  await first.printed(/ring: \[fe80::a%eth0\]:4043 --> \[fe80::b%eth0\]:4044 --> /);

  const watching = b.start(webclient, ['watch', '-i', '[fe80::b%eth0]', '-p', '4044']);
  await watching.printed(/\S/);
  const [file, copy] = [join(folder, 'file'), join(folder, 'copy')];
  await writeFile(file, 'over one cable');
  t.like(await b.webclient('-put', file, '-i', 'fe80::a%eth0'), { code: 0, stderr: '' });
  t.like(await a.webclient('-get', 'file', '-o', copy, '-i', '[fe80::b%eth0]', '-p', '4044'), { code: 0, stderr: '' });
  t.is(await readFile(copy, 'utf8'), 'over one cable');
  // What the other host tells, and is asked for.
  await watching.printed(/file put at \[fe80::a%eth0\]:4043/);
  t.like(await b.webclient('merges', '-i', 'fe80::b%eth0', '-p', '4044'), { stdout: 'nothing was merged\n', stderr: '' });
  t.regex((await b.webclient('hello', 'fe80::a%eth0')).stdout, /Hello Client, this is Server/);
});

testWith(needed, 'C08 on a machine that has IPv6 alone a node that listens on all addresses is told to others by the one they can reach', async (t) => {
  const folder = await aFolder(t);
  const [a, b] = await Host.pair(t, [['fe80::a', 'fd00::a'], ['fe80::b', 'fd00::b']]);
  const first = a.start(ringNode, ['--listen', ':4043', '--insecure', '--data', join(folder, 'a')]);
  await first.printed(/ring: \[fd00::a\]:4043 --> \[fd00::a\]:4043 /);
  const second = b.start(ringNode, ['--listen', '[::]:4043', '--insecure', '--data', join(folder, 'b'), '-i', 'fd00::a', '-p', '4043']);
  await second.printed(/ring: \[fd00::a\]:4043 --> \[fd00::b\]:4043 --> /);
  t.regex((await b.webclient('list', '-i', '[fd00::a]')).stdout, /^$/);
});
