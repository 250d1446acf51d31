import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Command, type Ended } from '../a-command.js';
import { until } from '../a-ring.js';

const project = fileURLToPath(new URL('../../..', import.meta.url));
/** Where scripts/systemd-root-tree.mjs has built a Debian; `npm run test:systemd` says so. */
const tree = process.env.CORING_SYSTEMD_ROOT ?? '';
const obstacle = obstacleHere();

/** Where control groups may be: of version 2, and of both versions side by side. */
const controlGroups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];

/**
 * Boots systemd on a copy of the tree that nobody else sees, over which what is written goes to memory: in namespaces of its own, whose end, in whatever way, ends
 * all of its processes and mounts.
 */
const boot = `
  # Control groups of its own: two machines would otherwise take those of one for their own.
  for groups in ${controlGroups.join(' ')}; do
    if [ -e $groups/cgroup.procs ] && mkdir "$groups/$(basename "$1")"; then echo 0 > "$groups/$(basename "$1")/cgroup.procs"; fi
  done
  mount -t tmpfs tmpfs /run
  mount -t tmpfs -o mode=0755,size=2g tmpfs "$1"
  mkdir "$1/upper" "$1/work" "$1/root"
  mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
  # It asks to be started again, by this status, when the machine reboots.
  status=133
  while [ $status = 133 ]; do status=0; systemd-nspawn --quiet --directory="$1/root" --machine=coring-test --register=no --keep-unit --private-network --console=pipe \\
    --bind-ro="$3:/usr/bin/node" --bind-ro="$4:/opt/coring" --bind-ro="$4:/root/coring" --boot </dev/null 2>&1 || status=$?; done
`;

/** A machine of the test's own with the real systemd, without a network but loopback. The project is in /opt/coring. */
export class Machine {
  readonly #host: Command;
  readonly #folder: string;
  #init = 0;

  private constructor(host: Command, folder: string) {
    this.#host = host;
    this.#folder = folder;
  }

  static async boot(): Promise<Machine> {
    const folder = await mkdtemp(join(tmpdir(), 'coring-machine-'));
    // When this process ends, that one is killed, with all that is below it.
    const args = ['--pdeathsig=KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', 'sh', '-ec', boot, 'sh', folder, tree, process.execPath, project];
    const machine = new Machine(new Command('setpriv', args, {}), folder);
    try {
      await machine.#booted();
      await machine.ok('ln -s /opt/coring/packages/ring-node/bin/ring-node.js /usr/local/bin/ring-node; ln -s /opt/coring/packages/client/bin/webclient.js /usr/local/bin/webclient; useradd --create-home --shell /bin/bash tester');
      return machine;
    } catch (error) {
      await machine.end();
      throw error;
    }
  }

  /** Runs a script of bash in it, as root. */
  run(script: string): Promise<Ended> {
    const environment = ['PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', 'HOME=/root', 'LANG=C.UTF-8', 'SYSTEMD_PAGER='];
    return new Command('nsenter', ['-t', String(this.#init), '-a', 'env', '-i', ...environment, 'bash', '-c', script], {}).ended;
  }

  /** What the script prints. @throws where it fails */
  async ok(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(script);
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Waits until the script prints something that fits. */
  async until(script: string, pattern: RegExp, withinMs = 60_000): Promise<void> {
    let last = '';
    await until(async () => {
      const { stdout, stderr } = await this.run(script);
      last = stdout + stderr;
      return pattern.test(last);
    }, `${script} to print ${pattern}`, withinMs).catch((error: Error) => {
      throw new Error(`${error.message}, but: ${last}`);
    });
  }

  /** What comes back for a text that socat sends to the address: of datagrams it does not know itself when they have all come. */
  echoed(address: string, text: string, as = 'root'): Promise<string> {
    return this.ok(`
      answer=$(mktemp); chmod 666 $answer
      printf '${text}' | runuser -u ${as} -- socat -t 60 - '${address}' > $answer & socat=$!
      for i in $(seq 600); do [ "$(cat $answer)" = '${text}' ] && break; sleep 0.1; done
      kill $socat || true
      cat $answer
    `);
  }

  /** A property of a unit, as systemctl show has it. */
  show(unit: string, property: string): Promise<string> {
    return this.ok(`systemctl show --value --property=${property} ${unit}`);
  }

  /** Nothing of ours runs any more or is kept, and all units are as they are printed for nodes with these options. */
  async fresh(options = ''): Promise<void> {
    await this.ok(`systemctl stop 'coring*'; rm -rf /etc/systemd/system/coring* /etc/systemd/system/*.wants/coring* /var/lib/private/coring* /var/lib/coring*; ring-node units --install -- ${options}; systemctl daemon-reload; systemctl reset-failed`);
  }

  /** A file beside a unit that changes it, as systemctl edit makes one. */
  async edit(unit: string, text: string, folder = '/etc/systemd/system'): Promise<void> {
    await this.write(`${folder}/${unit}.d/override.conf`, text);
    await this.ok('systemctl daemon-reload');
  }

  async write(path: string, text: string): Promise<void> {
    await this.ok(`mkdir -p "$(dirname '${path}')"; cat > '${path}' <<'END_OF_TEXT'\n${text}\nEND_OF_TEXT`);
  }

  /** Ends all services and starts them anew, as a machine does that is switched off and on. */
  async reboot(): Promise<void> {
    const before = this.#init;
    await this.run('systemctl reboot');
    await until(() => !existsSync(`/proc/${before}`), 'the machine to go down', 60_000);
    await this.#booted();
  }

  async end(): Promise<void> {
    // The first process of its namespace takes all others along, and the one above it sees to what is left.
    const first = childrenOf(this.#host.pid)[0];
    if (first === undefined) this.#host.signal('SIGKILL');
    else process.kill(first, 'SIGKILL');
    await this.#host.ended;
    for (const groups of controlGroups) spawnSync('find', [join(groups, basename(this.#folder)), '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #booted(): Promise<void> {
    const ended = this.#host.ended.then(({ stdout, stderr }) => {
      throw new Error(`the machine ended: ${stdout}${stderr}`);
    });
    const booted = until(async () => {
      // setpriv became unshare; below that are the script above, nspawn and the machine's own first process.
      this.#init = [1, 2, 3].reduce((pid) => childrenOf(pid)[0] ?? 0, this.#host.pid);
      return this.#init !== 0 && /^(running|degraded)$/.test((await this.run('systemctl is-system-running')).stdout.trim());
    }, 'the machine to be up', 120_000);
    await Promise.race([booted, ended]).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.#host.stdout}`);
    });
  }
}

/** A test on a machine that all tests of its file share; without one it is skipped, and says why. */
export function testBooted(title: string, implementation: (t: ExecutionContext, machine: Machine) => Promise<void>): void {
  if (obstacle !== undefined) return test.skip(`${title} (not tried: ${obstacle})`, (t) => t.fail());
  test.serial(title, async (t) => {
    t.timeout(300_000);
    shared ??= Machine.boot();
    await implementation(t, await shared);
  });
}

let shared: Promise<Machine> | undefined;
test.after.always('the machine ends', async (t) => {
  await (await shared?.catch(() => undefined))?.end();
  t.pass();
});

function childrenOf(pid: number): number[] {
  if (pid === 0) return [];
  return spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.split('\n').filter((line) => line !== '').map(Number);
}

function obstacleHere(): string | undefined {
  if (tree === '') return 'npm run test:systemd boots a systemd, as root on a Debian';
  const missing = ['systemd-nspawn', 'setpriv', 'unshare', 'nsenter', 'pgrep'].find((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  return missing === undefined ? undefined : `there is no ${missing}`;
}
