import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type Ended, run } from '../a-command.js';
import { aFolder } from '../a-ring.js';
import { testWith } from '../sockets/an-activation.js';

const exec = promisify(execFile);

function units(t: ExecutionContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return run(t, 'ring-node', ['units', ...args], { env });
}

for (const [who, flags] of [['the system', []], ['a user', ['--user']]] as const) {
  testWith(['systemd-analyze'], `E04 all units for ${who} are valid`, async (t) => {
    const [folder, runtime] = [join(await aFolder(t), 'units'), await aFolder(t)];
    t.is((await units(t, [...flags, '--install', folder, '--', '--listen', '127.0.0.1:0'])).code, 0);
    const names = await readdir(folder);
    t.true(names.length >= 12);
    const paths = names.map((name) => join(folder, name));
    const { stdout, stderr } = await exec('systemd-analyze', [...flags, 'verify', '--man=no', '--recursive-errors=no', ...paths], { env: { ...process.env, XDG_RUNTIME_DIR: runtime } });
    t.deepEqual([stdout, stderr], ['', '']);
    // It does find what is wrong.
    await writeFile(paths.find((path) => path.endsWith('/coring.service'))!, '[Service]\nType=nonsense\nExecStart=/no/such/program\n');
    await t.throwsAsync(exec('systemd-analyze', [...flags, 'verify', '--man=no', ...paths], { env: { ...process.env, XDG_RUNTIME_DIR: runtime } }));
  });
}

testWith(['systemd-analyze'], 'E09 services of the system are exposed to less than 2.0 of 10', async (t) => {
  const folder = join(await aFolder(t), 'units');
  await units(t, ['--install', folder]);
  for (const name of ['coring.service', 'coring@.service', 'coring-echo.service']) {
    const { stdout } = await exec('systemd-analyze', ['security', '--offline=true', '--no-pager', join(folder, name)]);
    const [, exposure] = /Overall exposure level for \S+: (\d+\.\d)/.exec(stdout)!;
    t.true(Number(exposure) < 2, `${name}: ${exposure}`);
  }
});

test('E04 the programs of the printed units are there, by their whole paths', async (t) => {
  const { stdout, code } = await units(t, []);
  t.is(code, 0);
  const commands = [...stdout.matchAll(/^ExecStart=(\/\S+) (\/\S+)/gm)];
  t.is(commands.length, 3);
  const env = { PATH: '', HOME: '' };
  for (const [, node, program] of commands) t.regex((await exec(node!, [program!, '--version'], { env })).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('E04 what is installed is what is printed, once, and never over what was edited', async (t) => {
  const config = await aFolder(t);
  const [env, folder] = [{ XDG_CONFIG_HOME: config }, join(config, 'systemd/user')];
  const first = await units(t, ['--user', '--install', 'coring.service', 'coring.socket'], env);
  t.is(first.stdout, `wrote ${folder}/coring.service\nwrote ${folder}/coring.socket\nnext: systemctl --user daemon-reload (ring-node units --help goes on)\n`);
  t.deepEqual((await readdir(folder)).sort(), ['coring.service', 'coring.socket']);
  t.is(await readFile(join(folder, 'coring.service'), 'utf8'), (await units(t, ['--user', 'coring.service'])).stdout);
  t.is((await units(t, ['--user', '--install', 'coring.service'], env)).stdout, `${folder}/coring.service is so already\n`);
  const other = await units(t, ['--user', '--install', '--', '--copies', '2'], env);
  t.deepEqual([other.code, other.stdout, other.stderr], [1, '', `ring-node: nothing was written: in ${folder} there is another under the name coring.service; --force replaces what is there\n`]);
  t.is((await units(t, ['--user', '--install', '--force', '--', '--copies', '2'], env)).code, 0);
  t.regex(await readFile(join(folder, 'coring.service'), 'utf8'), /^ExecStart=.* --copies 2$/m);
  await mkdir(join(config, 'elsewhere'));
  t.is((await units(t, [`--install=${config}/elsewhere`, 'coring-echo.timer'])).code, 0);
  t.deepEqual(await readdir(join(config, 'elsewhere')), ['coring-echo.timer']);
});

test('E09 a node that joins does not make a boot wait for its peer, and its secret stays with root', async (t) => {
  const { stdout } = await units(t, ['coring.service', 'coring-echo.service', '--', '-i', '10.0.0.1', '-p', '4043', '--listen', '0.0.0.0:4050', '--secret-file', '/etc/coring.secret']);
  t.regex(stdout, /^ExecStart=.*ring-node\.js --data \$\{STATE_DIRECTORY\} --secret-file \$\{CREDENTIALS_DIRECTORY\}\/ring\.secret -i 10\.0\.0\.1 -p 4043 --listen 0\.0\.0\.0:4050 --wait$/m);
  t.regex(stdout, /^LoadCredential=ring\.secret:\/etc\/coring\.secret$/m);
  t.regex(stdout, /^ExecStart=.*webclient\.js echo -i 127\.0\.0\.1 -p 4050 /m);
});

test('A13 without the addon systemd is not told to wait for notes', async (t) => {
  const { stdout } = await units(t, ['coring.service'], { CORING_WITHOUT_ADDON: '1' });
  t.regex(stdout, /^Type=exec$/m);
});

const wrong = [['nonsense.service'], ['--force'], ['--install='], ['--nonsense'], ['--', '--nonsense'], ['--', '--data', 'x'], ['--', '--help'], ['--', '-i', '127.0.0.1'], ['coring.service', 'folder']];

for (const args of wrong) {
  test(`E04 ring-node units ${args.join(' ')} is wrong use`, async (t) => {
    const { code, stdout, stderr } = await units(t, args);
    t.deepEqual([code, stdout], [2, '']);
    t.regex(stderr, /^ring-node: [^\n]+\n$/);
  });
}

test('E04 ring-node units --help names all units', async (t) => {
  const [help, all] = await Promise.all([units(t, ['--help']), units(t, [])]);
  for (const [, name] of all.stdout.matchAll(/^# (coring\S*), by ring-node/gm)) t.regex(help.stdout, new RegExp(`^ {2}${name!.replaceAll('.', '\\.')} {2}`, 'm'));
});
