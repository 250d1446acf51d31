import { testBooted } from './a-machine.js';

const echoes: Readonly<Record<string, string>> = {
  'TCP over IPv4': 'TCP4:127.0.0.1:3000',
  'TCP over IPv6': 'TCP6:[::1]:3000',
  'UDP over IPv4': 'UDP4:127.0.0.1:3000',
  'UDP over IPv6': 'UDP6:[::1]:3000',
  'unix connections': 'UNIX-CONNECT:/run/coring/demo/echo',
  // The node, which has a user of its own, must be able to write where the reply goes.
  'unix datagrams': 'UNIX-SENDTO:/run/coring/demo/echo-datagrams,bind=/run/client,umask=000',
};

testBooted('E05 the first connection to port 54321 starts the node, and its request is answered', async (t, machine) => {
  await machine.fresh();
  const unit = await machine.ok('cat /etc/systemd/system/coring.socket');
  for (const line of ['ListenStream=54321', 'BindIPv6Only=both', 'FileDescriptorName=http']) t.true(unit.split('\n').includes(line), unit);
  await machine.ok('systemctl enable --now coring.socket');
  t.is(await machine.show('coring.service', 'ActiveState'), 'inactive');
  const statuses = await Promise.all(['127.0.0.1', '[::1]'].map((host, i) => machine.ok(`echo from ${host} | curl -sS -T - http://${host}:54321/files/${i} -o /dev/null -w '%{http_code}'`)));
  t.deepEqual(statuses, ['201', '201']);
  t.is(await machine.show('coring.service', 'ActiveState'), 'active');
  t.is(await machine.ok('curl -sS http://127.0.0.1:54321/files/1'), 'from [::1]');
  // Stopped, it is started again by the next one, and has what it had.
  await machine.ok('systemctl stop coring.service');
  t.is(await machine.ok('curl -sS http://localhost:54321/files/0'), 'from 127.0.0.1');
  t.is(await machine.show('coring.service', 'NRestarts'), '0');
});

testBooted('E07 echo-http through its socket unit sends back what comes by any method on any path, on the port that a file beside the unit says', async (t, machine) => {
  await machine.fresh();
  await machine.edit('coring-echo-http@demo.socket', '[Socket]\nListenStream=\nListenStream=54321\nBindIPv6Only=both');
  await machine.ok('systemctl start coring-echo-http@demo.socket');
  t.is(await machine.ok(`curl -sS -d '{"now": 1}' http://localhost:54321/`), '{"now": 1}');
  t.is(await machine.ok('curl -sS -X PUT --data-binary anything http://[::1]:54321/any/path?at=all'), 'anything');
  t.is(await machine.show('coring@demo.service', 'ActiveState'), 'active');
});

testBooted('A06, A08 one node has the sockets of all families and roles, whichever it is started by, and loses nothing of what comes first', async (t, machine) => {
  await machine.fresh('--start-sleep 2');
  const roles = ['http', 'ring', 'echo-http', 'hello', 'codes', 'messages'];
  await machine.ok(`systemctl start coring@demo.socket ${roles.map((role) => `coring-${role}@demo.socket`).join(' ')}`);
  for (const [what, address] of Object.entries(echoes)) {
    await machine.ok('systemctl stop coring@demo.service');
    t.is(await machine.echoed(address, what), what);
  }
  const log = await machine.ok('journalctl -o cat -u coring@demo.service _SYSTEMD_INVOCATION_ID=$(systemctl show --value -p InvocationID coring@demo.service)');
  for (const where of ['127.0.0.1:3000', '[::1]:3000', 'udp:127.0.0.1:3000', 'udp:[::1]:3000', 'unix:/run/coring/demo/echo', 'unix-dgram:/run/coring/demo/echo-datagrams']) t.true(log.includes(`echo on ${where}, inherited`), log);
  for (const role of roles) t.true(log.includes(`${role} on 127.0.0.1:`), log);
  if (/^ListenStream=vsock/m.test(await machine.ok('cat /etc/systemd/system/coring@.socket'))) t.true(log.includes('echo on vsock::3000, inherited'), log);
  t.notRegex(log, /WARN/);
  t.regex(await machine.ok(`printf 'you\\0' | socat -t 30 - TCP:127.0.0.1:16273 | tr '\\0' '\\n'`), /^Hello Client, this is Server/);
  const uuid = '0b8f4f4e-1f4b-4d55-9c0e-7a4f3c1d2e5a';
  const { unique } = JSON.parse(await machine.ok(`curl -sS -d '{"uuid": "${uuid}"}' http://127.0.0.1:8000/`)) as { unique: string };
  t.deepEqual(JSON.parse(await machine.ok(`curl -sS -d '{"uuid": "${uuid}", "unique": "${unique}", "text": "hello"}' http://[::1]:8001/`)), { success: true });
  t.is(await machine.ok('curl -sS -o /dev/null -w "%{http_code}" http://127.0.0.1:54321/readyz'), '200');
  t.is(await machine.ok('webclient echo -p 4043 > /dev/null && echo echoed'), 'echoed');
  await machine.ok(`systemctl stop 'coring*.socket'`);
  t.is(await machine.ok('ls /run/coring/demo'), '');
});

testBooted('A12 two instances at once; a datagram starts one that reaches nobody, whatever it is told', async (t, machine) => {
  await machine.fresh();
  await machine.edit('coring@second.socket', '[Socket]\nListenStream=\nListenDatagram=127.0.0.1:3001\nListenStream=%t/coring/%i/echo');
  await machine.edit('coring@second.service', '[Service]\nPrivateNetwork=yes');
  // A network that can be reached from the machine.
  await machine.ok('ip link add inside type veth peer name outside && ip address add 10.9.0.1/24 dev inside && ip link set inside up && ip link set outside up && ip link set lo up');
  await machine.ok('systemctl start coring@demo.socket coring@second.socket; systemd-run --quiet --unit=reachable socat TCP-LISTEN:9000,fork,reuseaddr EXEC:"echo reached"');
  t.is(await machine.echoed('UDP4:127.0.0.1:3001', 'a datagram'), 'a datagram');
  t.is(await machine.echoed('UNIX-CONNECT:/run/coring/second/echo', 'second'), 'second');
  t.is(await machine.echoed('UDP4:127.0.0.1:3000', 'first'), 'first');
  t.is(await machine.ok('ls /var/lib/private | tr "\\n" " "'), 'coring-demo coring-second');
  const within = (instance: string): Promise<string> => machine.ok(`nsenter --net -t $(systemctl show --value -p MainPID coring@${instance}.service) socat -u TCP:10.9.0.1:9000 - 2>&1 || true`);
  await machine.until('socat -u TCP:10.9.0.1:9000 -', /reached/);
  t.is(await within('demo'), 'reached');
  t.regex(await within('second'), /Network is unreachable/);
  await machine.ok('systemctl stop reachable; ip link delete inside');
});
