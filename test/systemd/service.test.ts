import { testBooted } from './a-machine.js';

const readyz = 'curl -sS -o /dev/null -w "%{http_code}" http://127.0.0.1:4043/readyz';

testBooted('A07 a service is started when its node serves, and its status says how the ring is', async (t, machine) => {
  await machine.fresh();
  await machine.ok('systemctl start coring.service');
  t.is(await machine.ok(readyz), '200');
  t.is(await machine.show('coring.service', 'StatusText'), '1 node, alone; 3 copies of each file');
  t.regex(await machine.ok('systemctl status coring.service'), /Status: "1 node, alone; 3 copies of each file"/);
  await machine.edit('coring@other.service', `[Service]\nExecStart=\n${(await machine.ok('ring-node units coring@.service -- -i 127.0.0.1 -p 4043')).split('\n').find((line) => line.startsWith('ExecStart='))!}`);
  await machine.ok('systemctl start coring@other.service');
  for (const unit of ['coring.service', 'coring@other.service']) await machine.until(`systemctl show --value -p StatusText ${unit}`, /^2 nodes, whole; 3 copies of each file$/m);
  await machine.ok('systemctl stop coring@other.service');
  t.deepEqual([await machine.show('coring@other.service', 'Result'), await machine.show('coring@other.service', 'ExecMainStatus')], ['success', '0']);
});

testBooted('A07 a node that hangs is ended by the watchdog, comes back, and has what it had', async (t, machine) => {
  await machine.fresh();
  await machine.edit('coring.service', '[Service]\nWatchdogSec=2s\nRestartSec=100ms');
  await machine.ok('systemctl start coring.service; echo kept | curl -sS -f -T - http://127.0.0.1:4043/files/kept');
  await machine.ok('systemctl kill --signal=STOP coring.service');
  await machine.until('systemctl show --value -p NRestarts coring.service', /^1$/m);
  await machine.until('systemctl is-active coring.service', /^active$/m);
  t.is(await machine.ok('curl -sS http://127.0.0.1:4043/files/kept'), 'kept');
  t.regex(await machine.ok('journalctl -o cat -u coring.service'), /Watchdog timeout/);
});

testBooted('E09 a service has a user that exists while it runs, and keeps its data; hardened, it serves', async (t, machine) => {
  await machine.fresh();
  await machine.ok('systemctl start coring.service');
  t.is(await machine.ok('ps -o user= -p $(systemctl show --value -p MainPID coring.service)'), 'coring');
  t.is(await machine.ok('stat -c %U:%a /var/lib/private/coring'), 'coring:700');
  const [, exposure] = /level for coring\.service: (\d\.\d)/.exec(await machine.ok('systemd-analyze security coring.service'))!;
  t.true(Number(exposure) < 2, exposure);
  const digest = await machine.ok('head -c 5000000 /dev/urandom > /root/large; curl -sS -f -o /dev/null -T /root/large http://127.0.0.1:4043/files/large; sha256sum < /root/large');
  await machine.ok('systemctl restart coring.service');
  t.is(await machine.ok('curl -sS http://127.0.0.1:4043/files/large | sha256sum'), digest);
  t.is(await machine.ok('grep -c ^NoNewPrivs.*1 /proc/$(systemctl show --value -p MainPID coring.service)/status'), '1');
  await machine.ok('systemctl stop coring.service');
  t.is((await machine.run('id coring')).code, 1);
});

testBooted('E09 with User= a service is that of a user who is there', async (t, machine) => {
  await machine.fresh();
  await machine.ok('systemctl start coring.service; echo kept | curl -sS -f -T - http://127.0.0.1:4043/files/kept; systemctl stop coring.service');
  await machine.edit('coring.service', '[Service]\nDynamicUser=no\nUser=tester');
  await machine.ok('systemctl start coring.service');
  t.is(await machine.ok('ps -o user= -p $(systemctl show --value -p MainPID coring.service)'), 'tester');
  t.is(await machine.ok('stat -c %U /var/lib/coring'), 'tester');
  t.is(await machine.ok('curl -sS http://127.0.0.1:4043/files/kept'), 'kept');
});

testBooted('E09 programs in the home of root are shown to their service, and nothing else of that home', async (t, machine) => {
  await machine.fresh();
  await machine.ok('echo mine > /root/mine; touch /root/node; mount --bind /usr/bin/node /root/node; /root/node /root/coring/packages/ring-node/bin/ring-node.js units --install --force; systemctl daemon-reload; systemctl start coring.service');
  t.is(await machine.ok(readyz), '200');
  const main = '$(systemctl show --value -p MainPID coring.service)';
  t.is(await machine.ok(`ls /proc/${main}/root/root`), 'coring\nnode');
  t.is(await machine.ok(`readlink /proc/${main}/exe`), '/root/node');
  await machine.ok('systemctl stop coring.service; umount /root/node');
});

testBooted('the journal has the lines of a node with their priority, under its name', async (t, machine) => {
  await machine.fresh();
  await machine.edit('coring-hello@demo.socket', '[Socket]\nFileDescriptorName=ring\nListenStream=%t/coring/%i/hello');
  await machine.ok('systemctl start coring-hello@demo.socket coring@demo.service');
  const found = (priority: string): Promise<string> => machine.ok(`journalctl -o cat -t ring-node -u coring@demo.service -p ${priority}..${priority}`);
  await machine.until('journalctl -o cat -u coring@demo.service', /founded a ring/);
  t.regex(await found('warning'), /^WARN: the inherited socket \d+ \("ring"\) is not served: nodes reach each other over TCP only$/);
  t.regex(await found('info'), /^INFO: listening on http:\/\/127\.0\.0\.1:\d+ \(process \d+\)$/m);
  await machine.edit('coring@demo.service', '[Service]\nExecStart=\nExecStart=/usr/bin/node /opt/coring/packages/ring-node/bin/ring-node.js --nonsense');
  t.not((await machine.run('systemctl restart coring@demo.service')).code, 0);
  t.regex(await found('err'), /^ring-node: .*--nonsense/m);
  t.is(await machine.show('coring@demo.service', 'NRestarts'), '0', 'wrong use is not tried again');
});

testBooted('nodes get their options as they were given, and a secret that only root may read', async (t, machine) => {
  await machine.ok('head -c 32 /dev/urandom | base64 > "/root/my secret%h"; chmod 600 "/root/my secret%h"');
  const zone = String.raw`50% of "$HOME" \x41 ; '%h' \${HOME}`;
  await machine.fresh(`--secret-file '/root/my secret%h' --listen 0.0.0.0:4043 --advertise 127.0.0.1:4043 --zone '${zone.replaceAll("'", String.raw`'\''`)}'`);
  await machine.ok('systemctl start coring.service');
  const ring = JSON.parse(await machine.ok('curl -sS http://127.0.0.1:4043/ring')) as { nodes: { zone?: string }[] };
  t.is(ring.nodes[0]!.zone, zone);
  // Who has no secret does not get in; who has it does.
  const join = 'timeout 60 ring-node --listen 127.0.0.1:0 --data $(mktemp -d) -i 127.0.0.1 -p 4043';
  t.not((await machine.run(join)).code, 0);
  t.regex((await machine.run(`${join} --secret-file '/root/my secret%h' & for i in $(seq 600); do curl -sS http://127.0.0.1:4043/ring | grep -q '"whole":true.*' && [ $(curl -sS http://127.0.0.1:4043/ring | grep -o '"nodeId"' | wc -l) = 2 ] && break; sleep 0.1; done; kill $!; wait $!`)).stdout, /joined the ring/);
});

testBooted('who cannot start because of wrong use is not started for ever by those who connect', async (t, machine) => {
  await machine.fresh();
  await machine.edit('coring.service', '[Service]\nExecStart=\nExecStart=/usr/bin/node /opt/coring/packages/ring-node/bin/ring-node.js --nonsense');
  await machine.ok('systemctl start coring.socket');
  t.not((await machine.run('curl -sS -m 60 http://127.0.0.1:54321/')).code, 0);
  await machine.until('systemctl show --value -p Result coring.socket', /^service-start-limit-hit$/m);
  await machine.ok('rm -r /etc/systemd/system/coring.service.d; systemctl daemon-reload; systemctl reset-failed coring.service coring.socket; systemctl start coring.socket');
  t.is(await machine.ok('curl -sS -o /dev/null -w "%{http_code}" http://127.0.0.1:54321/readyz'), '200');
});
