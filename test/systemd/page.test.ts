import { spawnSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Command, type Ended } from '../a-command.js';
import { aFolder, until } from '../a-ring.js';
import { testWith } from '../sockets/an-activation.js';
import { testBooted } from './a-machine.js';
import { isAsExpected, type Step, stepsOfThePage } from './troubleshooting.js';

const packages = fileURLToPath(new URL('../../../packages', import.meta.url));
/** What the page takes for granted. */
const serving = ['echo=127.0.0.1:3000', 'echo=udp:127.0.0.1:3000', 'hello=127.0.0.1:16273'].flatMap((one) => ['--serve', one]);
const tools = ['ss', 'netstat', 'nc', 'telnet', 'socat', 'ping', 'ip', 'pgrep', 'curl', 'script'];
const steps = stepsOfThePage();

type Run = (script: string) => Promise<Ended>;

async function tryOut(t: ExecutionContext, { command, expected, mark }: Step, run: Run): Promise<void> {
  if (mark === 'typed') {
    // What is typed is on the terminal anyhow: that it came back socat says, if it is asked to.
    const { stdout } = await run(`{ echo '${expected[0]}'; sleep 5; } | script -qec '${command.replace('socat', 'socat -v')}' /dev/null`);
    t.regex(stdout, new RegExp(`^< [^\\n]* length=${expected[1]!.length + 1} `, 'm'));
  } else {
    const { stdout, stderr } = await run(command);
    t.true(isAsExpected(expected, stdout), `${command}\n${stdout}${stderr}`);
  }
}

test('D02 the page is read as it is meant', (t) => {
  t.true(steps.length > 20);
  t.true(isAsExpected(['one … three', '…', 'last'], 'one  two three\nmore\nand more\nlast\n'));
  t.true(isAsExpected(['…'], '') && isAsExpected([], ''));
  for (const printed of ['one three two\nlast', 'one two three', 'one two three\nlast\nmore', '']) t.false(isAsExpected(['one … three', '…', 'last'], printed));
});

/** A node in a network and among processes of its own, so that it has the ports that the page names, and nobody else is seen. */
class World {
  readonly #host: Command;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(host: Command, env: NodeJS.ProcessEnv) {
    this.#host = host;
    this.#env = env;
  }

  static async create(t: ExecutionContext): Promise<World> {
    const [bin, data] = [await aFolder(t), await aFolder(t)];
    await symlink(join(packages, 'client/bin/webclient.js'), join(bin, 'webclient'));
    const node = [process.execPath, join(packages, 'ring-node/bin/ring-node.js'), '--data', data, ...serving];
    const host = new Command('unshare', ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...node], {});
    await host.printed(/founded a ring/);
    return new World(host, { PATH: `${bin}:${process.env.PATH}` });
  }

  run(script: string): Promise<Ended> {
    const first = spawnSync('pgrep', ['-P', String(this.#host.pid)], { encoding: 'utf8' }).stdout.trim();
    return new Command('nsenter', ['-t', first, '--net', '--pid', '--mount', 'bash', '-c', script], { env: this.#env }).ended;
  }

  async end(): Promise<void> {
    this.#host.signal('SIGKILL');
    await this.#host.ended;
  }
}

for (const step of steps.filter(({ mark }) => mark !== 'systemd')) {
  const needed = tools.filter((tool) => tool === (step.mark === 'typed' ? 'script' : '') || new RegExp(`(^|[|(] *)${tool} `).test(step.command));
  testWith(['root', 'unshare', 'nsenter', 'pgrep', 'ip', ...needed], `D02 ${step.command}`, async (t) => {
    const world = await World.create(t);
    t.teardown(() => world.end());
    await tryOut(t, step, (script) => world.run(script));
  });
}

testBooted('D02 where all is there, all commands of the page do what it says', async (t, machine) => {
  await machine.fresh(serving.join(' '));
  await machine.ok('systemctl start coring.socket coring.service coring-echo.timer');
  await until(async () => /founded/.test(await machine.ok('journalctl -u coring.service')), 'the node to have its ring');
  for (const step of steps) await tryOut(t, step, (script) => machine.run(script));
});
