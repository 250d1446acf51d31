import { type Machine, testBooted } from './a-machine.js';

/** The user logs in, in a session of PAM and logind, as at a terminal. */
async function login(machine: Machine): Promise<void> {
  await machine.ok('systemd-run --quiet --unit=session --property=PAMName=login --property=User=tester sleep infinity');
  await machine.until('loginctl list-sessions', /tester/);
  await machine.until('systemctl is-active user@$(id -u tester).service', /^active$/m);
}

/** The last session of the user ends, and with it, soon after, his systemd. */
async function logout(machine: Machine): Promise<void> {
  await machine.ok('systemctl stop session');
  await machine.until('systemctl is-active user@$(id -u tester).service', /^inactive$/m);
}

/** Runs a script as the user, who is logged in. */
function asUser(machine: Machine, script: string): Promise<string> {
  return machine.ok(`runuser -u tester -- env XDG_RUNTIME_DIR=/run/user/$(id -u tester) sh -c '${script}'`);
}

async function freshUser(machine: Machine): Promise<void> {
  await machine.ok(`loginctl disable-linger tester; rm -rf ~tester/.config; runuser -u tester -- ring-node units --user --install`);
  await machine.write('/etc/systemd/logind.conf.d/soon.conf', '[Login]\nUserStopDelaySec=1s');
  await machine.ok('systemctl restart systemd-logind');
}

testBooted('E04 a service of a user starts at login and stops at logout', async (t, machine) => {
  await freshUser(machine);
  await login(machine);
  await asUser(machine, 'systemctl --user enable coring.service');
  await logout(machine);
  await login(machine);
  await machine.until('curl -sS -o /dev/null -w "%{http_code}" http://127.0.0.1:4043/readyz', /^200$/);
  t.is(await asUser(machine, 'systemctl --user show --value -p StatusText coring.service'), '1 node, alone; 3 copies of each file');
  const pid = await asUser(machine, 'systemctl --user show --value -p MainPID coring.service');
  t.is(await machine.ok(`ps -o user= -p ${pid}`), 'tester');
  await logout(machine);
  t.not((await machine.run(`kill -0 ${pid}`)).code, 0);
  // It took leave of its ring.
  t.regex(await machine.ok('journalctl -o cat -t ring-node'), /said goodbye to the ring/);
});

testBooted('E10 login opens the socket of a user, the first connection starts his node, and logout stops both', async (t, machine) => {
  await freshUser(machine);
  await login(machine);
  await asUser(machine, 'systemctl --user enable coring.socket coring@demo.socket');
  await logout(machine);
  t.is(await machine.ok('ss -Hltn "sport = :54321"'), '');
  await login(machine);
  await machine.until('ss -Hltn "sport = :54321"', /LISTEN/);
  t.is(await asUser(machine, 'systemctl --user show --value -p ActiveState coring.service'), 'inactive');
  t.is(await machine.ok('curl -sS -d hello http://localhost:54321/echo'), 'hello');
  t.is(await asUser(machine, 'systemctl --user is-active coring.service'), 'active');
  // His unix datagrams need no opening to others: whoever replies is himself.
  const runtime = await asUser(machine, 'echo $XDG_RUNTIME_DIR');
  t.is(await machine.echoed(`UNIX-SENDTO:${runtime}/coring/demo/echo-datagrams,bind=${runtime}/client`, 'hello', 'tester'), 'hello');
  await logout(machine);
  t.is(await machine.ok('ss -Hltn "sport = :54321"'), '');
  t.not((await machine.run('pgrep -u tester')).code, 0);
});

testBooted('E10 with lingering a node of a user stays from boot on; without it what a session began goes with it where KillUserProcesses says so', async (t, machine) => {
  await freshUser(machine);
  await login(machine);
  await asUser(machine, 'systemctl --user enable --now coring.service');
  await machine.ok('loginctl enable-linger tester; systemctl stop session');
  await machine.until('loginctl list-sessions', /No sessions/);
  t.is(await asUser(machine, 'systemctl --user is-active coring.service'), 'active');
  await machine.reboot();
  await machine.until('curl -sS -o /dev/null -w "%{http_code}" http://127.0.0.1:4043/readyz', /^200$/);
  await machine.ok('loginctl disable-linger tester');
  await machine.until('systemctl is-active user@$(id -u tester).service', /^inactive$/m);
  for (const says of ['yes', 'no']) {
    await machine.write('/etc/systemd/logind.conf.d/kill.conf', `[Login]\nKillUserProcesses=${says}`);
    await machine.ok('systemctl restart systemd-logind');
    // As one starts a node by hand, in the background, and logs out.
    await machine.ok('systemd-run --quiet --unit=session --property=PAMName=login --property=User=tester sh -c "setsid nohup sleep 1234 & exec sleep infinity"');
    await machine.until('pgrep -x -a sleep', /1234/);
    await machine.ok('systemctl stop session');
    if (says === 'yes') await machine.until('pgrep -x -a sleep || true', /^$/);
    else {
      await machine.until('loginctl show-user --value -p State tester', /^closing$/m);
      t.regex((await machine.run('pgrep -x -a sleep')).stdout, /1234/);
    }
  }
  await machine.ok('loginctl terminate-user tester');
});
