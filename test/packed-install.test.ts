import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { publint } from 'publint';
import { startFile } from './a-command.js';
import { aFolder } from './a-ring.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const npm = promisify(execFile);
const packed = ['protocol', 'file-store', 'log-file', 'talk', 'services', 'sockets', 'ring-node', 'client'];

/** An empty folder in which the packages were installed as a stranger would install them. */
async function anInstallation(t: ExecutionContext): Promise<string> {
  const [tarballs, folder] = [await aFolder(t), join(await aFolder(t), 'elsewhere')];
  await npm('npm', ['pack', '--silent', '--pack-destination', tarballs, ...packed.map((name) => `./packages/${name}`)], { cwd: root });
  const files = (await readdir(tarballs)).map((name) => join(tarballs, name));
  t.is(files.length, packed.length);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{"private": true}');
  await npm('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', ...files], { cwd: folder });
  return folder;
}

test('R21 packed, installed in an empty folder, both programs work', async (t) => {
  t.timeout(300_000);
  const cwd = await anInstallation(t);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const npx = (...args: string[]) => npm('npx', ['--no-install', ...args], { cwd, env: { ...process.env, CORING_NO_CACHE: '1' } });
  t.is((await npx('ring-node', '--version')).stdout, `${version}\n`);
  t.regex((await npx('webclient', '--help')).stdout, /^Usage: webclient /);
  t.true((await npx('ring-node', 'units', 'coring-echo.service')).stdout.includes(join(cwd, 'node_modules/@coring/client/bin/webclient.js')));

  const node = startFile(t, join(cwd, 'node_modules/.bin/ring-node'), ['--listen', '127.0.0.1:0', '--data', join(cwd, 'data')], { cwd });
  const [, port] = await node.printed(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
  await writeFile(join(cwd, 'hello.txt'), 'hello, ring');
  t.is((await npx('webclient', '-put', 'hello.txt', '-p', port!)).stdout, 'stored hello.txt, 1/1 copies, strong\n');
  t.is((await npx('webclient', '-get', 'hello.txt', '-o', '-', '-p', port!)).stdout, 'hello, ring');
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);

  const library = "import { nodeClient } from '@coring/client'; import { startNode } from '@coring/ring-node'; console.log(typeof nodeClient, typeof startNode);";
  t.is((await npm(process.execPath, ['--input-type=module', '--eval', library], { cwd })).stdout, 'function function\n');
});

test('the packages hold what they say', async (t) => {
  for (const name of packed) {
    const { messages } = await publint({ pkgDir: join(root, 'packages', name), level: 'warning' });
    t.deepEqual(messages, [], name);
  }
});
