import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { Lane, Lanes, Spoil, Switched } from './network.js';

const switchFile = fileURLToPath(new URL('switch.js', import.meta.url));

/**
 * Opens a device whose packets come from, and go to, whoever holds it open (tun(4): TUNSETIFF with IFF_TUN and IFF_NO_PI), gives it an address,
 * and becomes the command that follows, to which the device stays open.
 */
const openDevice = `
  my ($address, @command) = @ARGV;
  $^F = 255;
  open(my $device, "+<", "/dev/net/tun") or die "/dev/net/tun: $!";
  my $request = pack("a16 s x22", "coring%d", 0x1001);
  ioctl($device, 0x400454ca, $request) or die "tun: $!";
  my $name = unpack("Z16", $request);
  system("ip", "address", "add", "$address/24", "dev", $name) == 0 or exit 1;
  system("ip", "link", "set", $name, "up") == 0 or exit 1;
  $ENV{SWITCH_DEVICES} = join(",", grep { length } $ENV{SWITCH_DEVICES}, fileno($device));
  exec(@command) or die "@command: $!";
`;

/** A host is a network namespace of its own, which lives as long as a process in it. */
export interface Host {
  readonly number: number;
  readonly address: string;
  /** What a command begins with to run there. */
  readonly within: readonly string[];
  readonly keeper: ChildProcess;
}

/** Hosts with a network between them that goes wrong on demand. The test's own process is on it too, as number 0. Nothing of it outlives the test's process. */
export class TestNetwork {
  readonly #counts = { passed: 0, stopped: 0, delayed: 0 };
  readonly #switch: ChildProcess;
  /** What goes wrong just now. */
  readonly #spoils = new Set<Spoil>();
  #told: Promise<void> = Promise.resolve();

  constructor(
    readonly hosts: readonly Host[],
    running: ChildProcess,
  ) {
    this.#switch = running;
  }

  /** Lets something happen to all packets on these lanes, beside what happens to them already; it is in force when this resolves. */
  async spoil(spoil: Spoil): Promise<void> {
    this.#spoils.add(spoil);
    await this.#tell();
  }

  async mend(spoil: Spoil): Promise<void> {
    this.#spoils.delete(spoil);
    await this.#tell();
  }

  async heal(): Promise<void> {
    this.#spoils.clear();
    await this.#tell();
  }

  /** What became of packets so far. */
  async counted(): Promise<Switched> {
    await this.#tell();
    return { ...this.#counts };
  }

  async close(): Promise<void> {
    for (const process of [this.#switch, ...this.hosts.map(({ keeper }) => keeper)]) await end(process);
  }

  /** One after the other: each answer is to what was told last. */
  #tell(): Promise<void> {
    const lanes = lanesOf(this.#spoils);
    this.#told = this.#told.then(async () => {
      const answered = once(this.#switch, 'message');
      this.#switch.send(lanes);
      const [{ passed, stopped, delayed }] = (await answered) as [Switched];
      this.#counts.passed += passed;
      this.#counts.stopped += stopped;
      this.#counts.delayed += delayed;
    });
    return this.#told;
  }
}

/** What the lanes are like when all of that happens at once. */
function lanesOf(spoils: Iterable<Spoil>): Lanes {
  const lanes: Record<number, Record<number, Lane>> = {};
  for (const { pairs, lane } of spoils) {
    for (const [from, to] of pairs) {
      const ofSender = (lanes[from] ??= {});
      const { cut = false, loss = 0, delayMs = 0 } = ofSender[to] ?? {};
      ofSender[to] = { cut: cut || lane.cut === true, loss: Math.max(loss, lane.loss ?? 0), delayMs: Math.max(delayMs, lane.delayMs ?? 0) };
    }
  }
  return lanes;
}

/** So many hosts; they go with the test. */
export async function aNetwork(t: ExecutionContext, count: number): Promise<TestNetwork> {
  const network = await makeNetwork(count);
  t.teardown(() => network.close());
  return network;
}

/** Why no hosts can be made here; undefined where they can. */
export async function whyNoNetwork(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'it takes root to make network namespaces';
  try {
    await (await makeNetwork(1)).close();
    return undefined;
  } catch (error) {
    return `it takes ip, unshare, nsenter, perl and /dev/net/tun: ${(error as Error).message.replaceAll('\n', ' ').trim()}`;
  }
}

async function makeNetwork(count: number): Promise<TestNetwork> {
  const prefix = freePrefix();
  const hosts: Host[] = [];
  try {
    for (let number = 1; number <= count; number++) hosts.push(await makeHost(number, `${prefix}.${number + 1}`));
    return new TestNetwork(hosts, await startSwitch(`${prefix}.1`, hosts));
  } catch (error) {
    for (const { keeper } of hosts) await end(keeper);
    throw error;
  }
}

async function makeHost(number: number, address: string): Promise<Host> {
  const keeper = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo up && exec cat'], { stdio: ['pipe', 'pipe', 'pipe'] });
  await started(keeper, once(keeper.stdout, 'data'));
  return { number, address, within: ['nsenter', `--net=/proc/${keeper.pid}/ns/net`], keeper };
}

/** Each device is opened where it belongs, and handed on to the next command: at last the switch has all of them. */
async function startSwitch(testAddress: string, hosts: readonly Host[]): Promise<ChildProcess> {
  const command = ['perl', '-e', openDevice, testAddress];
  for (const { within, address } of hosts) command.push(...within, 'perl', '-e', openDevice, address);
  command.push(process.execPath, switchFile);
  // Each of its threads waits at one device.
  const env = { ...process.env, UV_THREADPOOL_SIZE: String(hosts.length + 4), SWITCH_DEVICES: '' };
  const running = spawn(command[0]!, command.slice(1), { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  await started(running, once(running, 'message'));
  return running;
}

/** Waits for a process's first word. */
async function started(child: ChildProcess, word: Promise<unknown>): Promise<void> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(stderr === '' ? `${child.spawnfile} ended with ${code}` : stderr)));
  });
  failed.catch(() => undefined);
  await Promise.race([word, failed]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** The first three numbers of addresses that are meant for tests of networks (RFC 2544) and that nobody has here. */
function freePrefix(): string {
  const taken = Object.values(networkInterfaces()).flatMap((addresses) => addresses!.map(({ address }) => address));
  for (;;) {
    const prefix = `198.${18 + Math.floor(Math.random() * 2)}.${Math.floor(Math.random() * 256)}`;
    if (!taken.some((address) => address.startsWith(`${prefix}.`))) return prefix;
  }
}
