import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { StartError } from '../../src/node/start-error.js';
import { install } from '../../src/node/units/install.js';
import { argument, mountPath } from '../../src/node/units/quote.js';
import type { Setting } from '../../src/node/units/setting.js';
import { kinds, unitsOf } from '../../src/node/units/units.js';

function aSetting(changed: Partial<Setting> = {}): Setting {
  return {
    manager: 'system',
    places: { node: '/usr/bin/node', ringNode: '/opt/coring/ring-node.js', webclient: '/opt/coring/webclient.js', hidden: [] },
    abilities: { addon: true, ipv6: true, vsock: true },
    nodeArguments: [],
    echoAt: { host: '127.0.0.1', port: 4043 },
    ...changed,
  };
}

function textOf(name: string, changed: Partial<Setting> = {}): string {
  return unitsOf([name], aSetting(changed))[0]!.text;
}

function linesOf(name: string, changed: Partial<Setting> = {}): readonly string[] {
  return textOf(name, changed).split('\n');
}

async function aFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-units-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

test('arguments are quoted where systemd would read them as something else', (t) => {
  for (const text of ['/usr/bin/node', '--copies', '127.0.0.1:4043', 'udp::3000', 'a=b@c,d+e']) t.is(argument(text), text);
  t.is(argument('two words'), '"two words"');
  t.is(argument(''), '""');
  t.is(argument(';'), '";"');
  t.is(argument('50%'), '"50%%"');
  t.is(argument('$HOME ${HOME}'), '"$$HOME $${HOME}"');
  t.is(argument(String.raw`a"b\c`), String.raw`"a\"b\\c"`);
  t.is(argument('tab\tline\n'), String.raw`"tab\x09line\x0a"`);
  t.is(mountPath('/root/a:b c'), String.raw`"/root/a\:b c"`);
});

test('E04 a node of the system starts at boot with a user and a data directory that systemd makes, one of a user at login', (t) => {
  const system = linesOf('coring.service');
  t.true(system.includes('ExecStart=/usr/bin/node /opt/coring/ring-node.js --data ${STATE_DIRECTORY}'));
  for (const line of ['Type=notify', 'WatchdogSec=30s', 'DynamicUser=yes', 'StateDirectory=coring', 'ProtectHome=yes', 'WantedBy=multi-user.target']) t.true(system.includes(line), line);
  const user = linesOf('coring.service', { manager: 'user' });
  for (const line of ['Type=notify', 'StateDirectory=coring', 'WantedBy=default.target']) t.true(user.includes(line), line);
  t.false(user.some((line) => /^(DynamicUser|Protect|Private|After)/.test(line)));
  t.true(linesOf('coring@.service').includes('StateDirectory=coring-%i'));
});

test('a node that ends with an error is started again every five seconds for ever, one that was called wrongly is not', (t) => {
  for (const manager of ['system', 'user'] as const) {
    const lines = linesOf('coring.service', { manager });
    for (const line of ['Restart=on-failure', 'RestartSec=5s', 'RestartPreventExitStatus=2']) t.true(lines.includes(line), line);
    const [limit, interval] = ['StartLimitBurst', 'StartLimitIntervalSec'].map((key) => Number.parseInt(lines.find((line) => line.startsWith(`${key}=`))!.slice(key.length + 1), 10)) as [number, number];
    t.true(limit * 5 > interval, 'a start every five seconds never reaches the limit');
  }
});

test('E05 the socket of a node is on all addresses of port 54321, for http', (t) => {
  for (const line of ['ListenStream=54321', 'BindIPv6Only=both', 'FileDescriptorName=http', 'WantedBy=sockets.target']) t.true(linesOf('coring.socket').includes(line), line);
});

test('A06 one socket unit has every family; each role has one of its own for the same instance', (t) => {
  const listens = linesOf('coring@.socket').filter((line) => line.startsWith('Listen'));
  t.deepEqual(listens, ['ListenStream=127.0.0.1:3000', 'ListenStream=[::1]:3000', 'ListenDatagram=127.0.0.1:3000', 'ListenDatagram=[::1]:3000', 'ListenStream=%t/coring/%i/echo', 'ListenDatagram=%t/coring/%i/echo-datagrams', 'ListenStream=vsock::3000']);
  const roles = Object.keys(kinds).flatMap((name) => /^coring-(.*)@\.socket$/.exec(name)?.[1] ?? []);
  t.deepEqual(roles, ['http', 'ring', 'echo-http', 'hello', 'codes', 'messages']);
  for (const role of roles) for (const line of [`FileDescriptorName=${role}`, 'Service=coring@%i.service']) t.true(linesOf(`coring-${role}@.socket`).includes(line), line);
  const opened = Object.keys(kinds).filter((name) => name.includes('@.socket')).flatMap((name) => linesOf(name)).filter((line) => line.startsWith('Listen'));
  t.is(new Set(opened).size, opened.length, 'one instance has all of them at once');
});

test('what cannot be opened here is left out of the units, and they say why', (t) => {
  const text = textOf('coring@.socket', { abilities: { addon: false, ipv6: false, vsock: false } });
  t.deepEqual(text.match(/^Listen.*/gm), ['ListenStream=127.0.0.1:3000', 'ListenDatagram=127.0.0.1:3000', 'ListenStream=%t/coring/%i/echo']);
  t.true(text.includes('# ListenStream=[::1]:3000: this machine has no IPv6\n'));
  t.true(text.includes('# ListenStream=vsock::3000: it takes the addon for sockets, which was not built here\n'));
  t.true(textOf('coring@.socket', { abilities: { addon: true, ipv6: true, vsock: false } }).includes('# ListenStream=vsock::3000: this machine has no vsock\n'));
  const service = linesOf('coring.service', { abilities: { addon: false, ipv6: true, vsock: false } });
  t.true(service.includes('Type=exec'));
  t.false(service.some((line) => line.startsWith('WatchdogSec')));
});

test('programs below a home or a folder for temporary files are shown to services of the system', (t) => {
  const places = { ...aSetting().places, hidden: ['/root/my coring', '/run/user/1000/node'] };
  for (const name of ['coring.service', 'coring-echo.service']) {
    const lines = linesOf(name, { places });
    t.true(lines.includes('ProtectHome=tmpfs'));
    t.true(lines.includes('BindReadOnlyPaths="/root/my coring" /run/user/1000/node'));
  }
});

test('a secret of root is handed over by systemd; a user has his own', (t) => {
  const changed = { nodeArguments: ['--listen', '10.0.0.1:4043'], secretFile: '/etc/my secret%' };
  t.true(linesOf('coring.service', changed).includes('LoadCredential=ring.secret:/etc/my secret%%'));
  t.regex(textOf('coring.service', changed), /^ExecStart=.* --secret-file \$\{CREDENTIALS_DIRECTORY\}\/ring\.secret --listen 10\.0\.0\.1:4043$/m);
  t.regex(textOf('coring.service', { ...changed, manager: 'user' }), /^ExecStart=.* --secret-file "\/etc\/my secret%%" --listen 10\.0\.0\.1:4043$/m);
});

test('only a node that opens vsock itself may open sockets of that family', (t) => {
  t.notRegex(textOf('coring.service'), /AF_VSOCK/);
  t.regex(textOf('coring.service', { nodeArguments: ['--serve', 'echo=vsock::3000'] }), /^RestrictAddressFamilies=.* AF_VSOCK$/m);
});

test('E04 the client of the minute is started by its timer, on the minute, and has a log', (t) => {
  for (const line of ['OnCalendar=minutely', 'AccuracySec=1s', 'WantedBy=timers.target']) t.true(linesOf('coring-echo.timer').includes(line), line);
  const service = linesOf('coring-echo.service', { echoAt: { host: '::1', port: 5000 } });
  for (const line of ['Type=oneshot', 'LogsDirectory=coring-echo', 'DynamicUser=yes', 'ExecStart=/usr/bin/node /opt/coring/webclient.js echo -i ::1 -p 5000 --timeout 20 --log ${LOGS_DIRECTORY}/echo.log']) t.true(service.includes(line), line);
  t.false(service.includes('[Install]'));
  const { webclient: _, ...places } = aSetting().places;
  t.deepEqual(unitsOf(['coring-echo.service'], aSetting({ places })), [undefined]);
});

test('E04 units are written once, and never over others unless that is asked for', async (t) => {
  const folder = join(await aFolder(t), 'not/there/yet');
  const [one, two] = [{ name: 'one.service', text: '1' }, { name: 'two.service', text: '2' }];
  t.deepEqual(await install([one], folder, false), { written: [join(folder, 'one.service')], unchanged: [] });
  t.is((await stat(join(folder, 'one.service'))).mode & 0o777, 0o644 & ~process.umask());
  t.deepEqual(await install([one, two], folder, false), { written: [join(folder, 'two.service')], unchanged: [join(folder, 'one.service')] });
  await writeFile(join(folder, 'two.service'), 'edited');
  await symlink('/dev/null', join(folder, 'masked.service'));
  const three = { name: 'three.service', text: '3' };
  const refused = await t.throwsAsync(install([three, two], folder, false), { instanceOf: StartError, code: 'unit-differs' });
  t.is(refused.message, `nothing was written: in ${folder} there is another under the name two.service; --force replaces what is there`);
  t.is(refused.exitCode, 1);
  const masked = await t.throwsAsync(install([{ name: 'masked.service', text: 'm' }, two], folder, false), { code: 'unit-differs' });
  t.is(masked?.message, `nothing was written: in ${folder} there are others under the names masked.service, two.service; --force replaces what is there`);
  t.deepEqual((await readdir(folder)).sort(), ['masked.service', 'one.service', 'two.service']);
  t.deepEqual((await install([two], folder, true)).written, [join(folder, 'two.service')]);
  t.is(await readFile(join(folder, 'two.service'), 'utf8'), '2');
});

test('units that cannot be written are an error that says so', async (t) => {
  const file = join(await aFolder(t), 'file');
  await writeFile(file, '');
  const error = await t.throwsAsync(install([{ name: 'one.service', text: '1' }], file, false), { instanceOf: StartError, code: 'cannot-install' });
  t.true(error.message.startsWith(`units cannot be written into ${file}: ENOTDIR`), error.message);
});
