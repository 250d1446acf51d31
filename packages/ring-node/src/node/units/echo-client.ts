import { hardening } from './hardening.js';
import { argument } from './quote.js';
import type { Setting } from './setting.js';

/** Has a node send the time back, once. Started by its timer; systemd starts no second one while it runs. */
export function echoClientService(setting: Setting, webclient: string): string {
  const { places, echoAt, manager } = setting;
  const command = [places.node, webclient, 'echo', '-i', echoAt.host, '-p', String(echoAt.port), '--timeout', '20'].map(argument);
  // A user has a cache already.
  const cache = manager === 'system' ? 'CacheDirectory=coring-echo\nEnvironment=XDG_CACHE_HOME=%C/coring-echo\n' : '';
  return `[Unit]
Description=Have a Coring node send the time back

[Service]
Type=oneshot
ExecStart=${command.join(' ')} --log \${LOGS_DIRECTORY}/echo.log
# It has ended before the next minute begins.
TimeoutStartSec=50s
LogsDirectory=coring-echo
${cache}SyslogIdentifier=webclient

${manager === 'system' ? 'ProcSubset=pid\n' : ''}${hardening(setting, ['AF_INET', 'AF_INET6', 'AF_UNIX']).join('\n')}
`;
}

export function echoTimer(): string {
  return `[Unit]
Description=Have a Coring node send the time back, each minute on the minute

[Timer]
OnCalendar=minutely
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
}
