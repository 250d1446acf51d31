import { testBooted } from './a-machine.js';

testBooted('E09 a boot waits for no node and no client that cannot start or join', async (t, machine) => {
  // One looks for a peer that takes its connection and says nothing, one for a peer on a network that is not there, one is told nonsense; and the client finds no node.
  await machine.fresh('-i 127.0.0.1 -p 4999');
  const command = (await machine.ok('cat /etc/systemd/system/coring.service')).split('\n').find((line) => line.startsWith('ExecStart='))!;
  t.true(command.endsWith(' --wait'), command);
  await machine.write('/etc/systemd/system/silent.socket', '[Socket]\nListenStream=127.0.0.1:4999\n[Install]\nWantedBy=sockets.target');
  await machine.write('/etc/systemd/system/silent.service', '[Service]\nExecStart=sleep infinity');
  await machine.edit('coring@far.service', `[Service]\nExecStart=\n${command.replace('-i 127.0.0.1 -p 4999', '-i 192.0.2.1 -p 4043')}`);
  await machine.edit('coring@wrong.service', `[Service]\nExecStart=\n${command} --nonsense`);
  await machine.ok('systemctl enable silent.socket coring.service coring@far.service coring@wrong.service coring-echo.timer');
  await machine.edit('coring-echo.timer', '[Timer]\nOnBootSec=0');
  await machine.reboot();
  t.is(await machine.ok('systemctl is-active multi-user.target'), 'active');
  for (const unit of ['coring.service', 'coring@far.service']) {
    t.is(await machine.show(unit, 'ActiveState'), 'active');
    t.is(await machine.show(unit, 'StatusText'), 'looks for its ring');
  }
  t.deepEqual([await machine.show('coring@wrong.service', 'ActiveState'), await machine.show('coring@wrong.service', 'NRestarts')], ['failed', '0']);
  await machine.until('systemctl show --value -p Result coring-echo.service', /^exit-code$/m);
  t.is(await machine.ok('systemctl is-active coring-echo.timer'), 'active');
  // The peer comes, and who waits for it joins it.
  await machine.ok('systemctl stop silent.socket silent.service');
  await machine.ok('systemd-run --quiet --unit=peer ring-node --listen 127.0.0.1:4999 --data /root/peer');
  await machine.until('systemctl show --value -p StatusText coring.service', /^2 nodes, whole/m);
  await machine.ok('systemctl disable --now silent.socket coring.service coring@far.service coring-echo.timer; systemctl stop peer');
});
