import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseListenAddress } from '@coring/sockets';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { listeningNode, run } from '../a-command.js';
import { aFolder } from '../a-ring.js';
import { testWith } from '../sockets/an-activation.js';
import { isThere, lastStage, root, textOf, unknownScripts, valuesOf } from './files.js';

const folder = 'examples/containers';
const container = `${folder}/coring.container`;
const sockets = valuesOf(container, 'Service', 'Sockets')[0]!.split(' ');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}

test('A11 the workflow is for tags alone, may push images and nothing else, and runs what there is', (t) => {
  const text = textOf('.github/workflows/image.yml');
  const workflow = parse(text) as { on: unknown; permissions: unknown; jobs: Record<string, { permissions: unknown; steps: Step[] }> };
  t.deepEqual(workflow.on, { push: { tags: ['v*'] } });
  t.deepEqual(workflow.permissions, {});
  t.deepEqual(Object.keys(workflow.jobs), ['image']);
  const { permissions, steps } = workflow.jobs.image!;
  t.deepEqual(permissions, { contents: 'read', packages: 'write' });
  for (const { uses } of steps) if (uses !== undefined) t.regex(uses, /^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/);
  for (const { run: script } of steps) if (script !== undefined) t.is(spawnSync('bash', ['-n'], { input: script }).status, 0, script);
  t.deepEqual([...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name), ['GITHUB_TOKEN']);
  t.deepEqual(unknownScripts(text), []);
  const [build] = steps.flatMap(({ run: script }) => (script?.startsWith('podman build') === true ? [script] : []));
  t.regex(build!, /--platform linux\/amd64,linux\/arm64 .* -f Containerfile \.$/);
  t.regex(steps.at(-1)!.run!, /image="ghcr\.io\/\$\{GITHUB_REPOSITORY_OWNER,,\}\/coring"/);
});

test('A11 the container has no network, and its sockets are there, each with a role that is known', async (t) => {
  t.deepEqual(valuesOf(container, 'Container', 'Network'), ['none']);
  t.deepEqual(valuesOf(container, 'Container', 'Image'), ['ghcr.io/OWNER/coring:latest']);
  t.deepEqual(valuesOf(container, 'Container', 'Volume').map((volume) => volume.split(':')[1]), [lastStage('VOLUME')]);
  t.deepEqual(valuesOf(container, 'Unit', 'Requires'), [sockets.join(' ')]);
  for (const socket of sockets.map((name) => `${folder}/${name}`)) {
    t.deepEqual(valuesOf(socket, 'Socket', 'Service'), ['coring.service']);
    const [role] = valuesOf(socket, 'Socket', 'FileDescriptorName');
    await starts(t, '--inherit-as', role!);
  }
  for (const file of (await readdir(`${root}/${folder}`)).filter((name) => /\.(socket|conf)$/.test(name))) {
    for (const key of ['ListenStream', 'ListenDatagram']) for (const at of valuesOf(`${folder}/${file}`, 'Socket', key)) t.notThrows(() => parseListenAddress(`${key}=${at}`));
  }
  const [args] = valuesOf(container, 'Container', 'Exec');
  await starts(t, ...args!.split(' '));
});

test('A11 the programs, flags, scripts and files that the document names are there', async (t) => {
  const text = textOf('docs/containers.md');
  t.deepEqual(unknownScripts(text), []);
  const links = [...text.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, path]) => path!.replace('../', ''));
  t.deepEqual([...new Set(links)].filter((path) => !isThere(path)), []);
  const { stdout } = await run(t, 'ring-node', ['--help']);
  // What follows the image, or the program.
  const given = [...text.matchAll(/(?<!--name )\b(?:coring|ring-node) (--.*)$/gm)].flatMap(([, args]) => args!.match(/--[a-z-]+/g)!);
  t.true(given.length > 5);
  t.deepEqual([...new Set(given)].filter((flag) => flag !== '--version' && !stdout.includes(` ${flag} `)), []);
});

/** A node takes these. */
async function starts(t: ExecutionContext, ...args: readonly string[]): Promise<void> {
  const { node } = await listeningNode(t, ['--listen', '127.0.0.1:0', '--data', await aFolder(t), ...args]);
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);
}

interface Butane {
  readonly variant: string;
  readonly version: string;
  readonly storage: { readonly files: { readonly path: string; readonly contents: { readonly local: string } }[] };
  readonly systemd: { readonly units: { readonly name: string; readonly enabled: boolean; readonly contents_local: string; readonly dropins?: { readonly contents_local: string }[] }[] };
}

test('A11 the virtual machine gets the container and all its sockets, one of them for vsock', (t) => {
  const { variant, version, storage, systemd } = parse(textOf(`${folder}/vm.butane`)) as Butane;
  t.deepEqual([variant, version], ['fcos', '1.5.0']);
  t.deepEqual(storage.files, [{ path: '/etc/containers/systemd/coring.container', contents: { local: 'coring.container' } }]);
  t.deepEqual(systemd.units.map(({ name }) => name), sockets);
  for (const { name, enabled, contents_local: local, dropins = [] } of systemd.units) {
    t.true(enabled);
    t.is(local, name);
    for (const { contents_local: more } of dropins) t.true(isThere(`${folder}/${more}`), more);
  }
  t.deepEqual(systemd.units[0]!.dropins!.flatMap(({ contents_local: more }) => valuesOf(`${folder}/${more}`, 'Socket', 'ListenStream')), ['vsock::4043']);
});

testWith(['systemd-analyze'], 'A11 the units of the example are valid', async (t) => {
  const units = await aFolder(t);
  const paths = [...sockets, 'coring.service'].map((name) => join(units, name));
  for (const socket of sockets) await copyFile(`${root}/${folder}/${socket}`, join(units, socket));
  await mkdir(join(units, 'coring.socket.d'));
  await copyFile(`${root}/${folder}/coring-vsock.conf`, join(units, 'coring.socket.d/vsock.conf'));
  // What podman makes of its own section is podman's; the others it hands on.
  await writeFile(join(units, 'coring.service'), textOf(container).replace(/\[Container\][^[]*(\[Service\]\n)/, '$1ExecStart=/bin/true\nType=notify\n'));
  const verify = () => promisify(execFile)('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', ...paths]);
  const { stdout, stderr } = await verify();
  t.deepEqual([stdout, stderr], ['', '']);
  await writeFile(join(units, 'coring.socket'), '[Socket]\nListenStream=nowhere at all\n');
  await t.throwsAsync(verify());
});
