import { testBooted } from './a-machine.js';

testBooted('A10 a node that nobody uses ends, and systemd starts it again for the ring and for clients', async (t, machine) => {
  await machine.fresh();
  const command = await machine.ok("sed -n 's/^ExecStart=//p' /etc/systemd/system/coring@.service");
  await machine.edit('coring-ring@sleeper.socket', '[Socket]\nListenStream=\nListenStream=127.0.0.1:4044');
  await machine.edit('coring@sleeper.service', `[Service]\nExecStart=\nExecStart=${command} -i 127.0.0.1 -p 4043 --wait --idle-exit 2s`);
  await machine.ok('systemctl start coring.service coring-ring@sleeper.socket');
  const asleep = async (): Promise<void> => {
    await machine.until('systemctl show --value -p ActiveState coring@sleeper.service', /^inactive$/m);
    await machine.until('curl -sS http://127.0.0.1:4043/ring', /"state":"asleep"/);
  };
  await machine.ok('curl -sS -o /dev/null http://127.0.0.1:4044/ring');
  t.is(await machine.show('coring@sleeper.service', 'ActiveState'), 'active');
  await asleep();
  t.regex(await machine.ok('curl -sS http://127.0.0.1:4043/ring'), /"whole":true/);
  t.is(await machine.show('coring@sleeper.service', 'Result'), 'success');

  t.is(await machine.ok('echo kept | curl -sS -T - http://127.0.0.1:4043/files/a -o /dev/null -w "%{http_code}"'), '201');
  await machine.until('systemctl show --value -p ActiveState coring@sleeper.service', /^active$/m);
  await machine.until('curl -sS http://127.0.0.1:4043/ring/copies', /"byCopies":\{"2":1\}/);
  await asleep();
  t.is(await machine.ok('curl -sS http://127.0.0.1:4044/files/a'), 'kept');
  t.is(await machine.show('coring@sleeper.service', 'NRestarts'), '0');
  await machine.ok(`systemctl stop 'coring*'`);
});
