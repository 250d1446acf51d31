import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { start } from './a-command.js';
import { aFolder } from './a-ring.js';
import { testWith } from './sockets/an-activation.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Between the outputs of two commands. */
const BETWEEN = '--- next command ---';

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** What follows each prompt of the page, and what is shown to come of it. */
function shownIn(page: string): Shown[] {
  const blocks = [...page.matchAll(/```console\n([^]*?)```/g)].map(([, block]) => block!);
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }));
}

testWith(['bash', 'curl', 'nc', 'socat'], 'U07 C01 E01 what the page about the services shows is what happens', async (t) => {
  const page = await readFile(`${root}docs/services.md`, 'utf8');
  const cwd = await aFolder(t);
  // The page's own command, on ports that are free: each is known again by where it stands.
  const wishes = [.../^npx ring-node (.*)$/m.exec(page)![1]!.matchAll(/--serve (\S+)=(\S*?):(\d+)/g)].map(([, role, family, port]) => ({ role: role!, family: family!, port: port! }));
  t.is(wishes.length, 6);
  const serve = wishes.flatMap(({ role, family }) => ['--serve', `${role}=${family}127.0.0.1:0`]);
  const node = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', 'data', '--messages-log', 'messages.log', ...serve], { cwd });
  const ports = new Map([['4043', (await node.printed(/listening on http:\/\/127\.0\.0\.1:(\d+)/))[1]!]]);
  for (const { role, family, port } of wishes) ports.set(port, (await node.printed(new RegExp(`INFO: ${role} on ${family}127\\.0\\.0\\.1:(\\d+)`)))[1]!);

  const shown = shownIn(page);
  t.true(shown.length > 15);
  const here = (command: string): string => command.replaceAll(/\blocalhost([: ])(\d+)/g, (_, between: string, port: string) => `127.0.0.1${between}${ports.get(port)!}`);
  const script = [
    // As it is installed; where its port is not given, the page means the usual one.
    `npx() { shift; case $1 in hello) set -- "$@" -p ${ports.get('16273')};; *) set -- "$@" -p ${ports.get('4043')};; esac; CORING_NO_CACHE=1 ${process.execPath} ${root}packages/client/bin/webclient.js "$@"; }`,
    ...shown.map(({ command }) => `${here(command)}\necho '${BETWEEN}'`),
  ].join('\n');
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], { cwd });
  const outputs = stdout.split(`${BETWEEN}\n`);
  for (const [i, { command, output }] of shown.entries()) {
    const pattern = output.split('…').map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('[^\\n]*');
    t.regex(outputs[i]!, new RegExp(`^${pattern}$`), `${command}\n${stderr}`);
  }
});
