import { testBooted } from './a-machine.js';

testBooted('E04, E08 the timer and cron have a node send the time back, each minute on the minute, and no two at once write one log', async (t, machine) => {
  t.timeout(600_000);
  await machine.fresh();
  await machine.ok('systemctl enable --now coring.service coring-echo.timer');
  const client = '/usr/bin/node /opt/coring/packages/client/bin/webclient.js echo';
  // One has a log already when the one of cron comes.
  await machine.ok(`systemd-run --quiet --unit=holder --property=User=tester --property=WorkingDirectory=~ sh -c 'exec ${client} --every 24h --log ~tester/held.log'`);
  await machine.write('/etc/cron.d/coring-echo', ['echo', 'held'].map((log) => `* * * * * tester ${client} --log ~tester/${log}.log > /dev/null 2>> ~tester/${log}-errors`).join('\n'));
  t.regex(await machine.show('coring-echo.timer', 'NextElapseUSecRealtime'), /:00 UTC$/);
  const logs = ['/var/log/coring-echo/echo.log', '~tester/echo.log'];
  for (const log of logs) await machine.until(`cat ${log}`, /(.*timestamp.*\n){2}/, 240_000);
  for (const log of logs) {
    const lines = (await machine.ok(`cat ${log}`)).split('\n').map((line) => JSON.parse(line) as { timestamp: string; text?: string });
    const minutes = lines.map(({ timestamp }) => Math.floor(Date.parse(timestamp) / 60_000));
    for (const [i, minute] of minutes.entries()) t.is(minute, minutes[0]! + i, `${log}: ${JSON.stringify(lines)}`);
  }
  t.is(await machine.ok('cat ~tester/echo-errors'), '');
  t.regex(await machine.ok('cat ~tester/held-errors'), /^webclient: another .*held\.log/);
  t.is((await machine.run('cat ~tester/held.log')).stdout, '');
  t.regex(await machine.ok('journalctl -o cat -t webclient'), /timestamp/);
  t.is(await machine.show('coring-echo.service', 'Result'), 'success');
  t.is(await machine.ok('ls /var/cache/coring-echo/coring'), 'nodes.json');
  await machine.ok('rm /etc/cron.d/coring-echo; systemctl disable --now coring-echo.timer; systemctl stop holder');
});
