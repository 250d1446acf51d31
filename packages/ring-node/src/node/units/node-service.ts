import { hardening } from './hardening.js';
import { argument } from './quote.js';
import type { Setting } from './setting.js';

const CREDENTIAL = 'ring.secret';

/** The service of a node, whether it starts with the machine, at login, or with the first connection. `what`: its description; `state`: the name of its data directory. */
export function nodeService(setting: Setting, { what, state }: { readonly what: string; readonly state: string }): string {
  const { manager, abilities, secretFile } = setting;
  const isSystem = manager === 'system';
  return `[Unit]
Description=${what}
${isSystem ? 'After=network.target\n' : ''}# Restarts never reach this limit; a node that ends at once each time it is connected to does.
StartLimitIntervalSec=10s
StartLimitBurst=5

[Service]
${abilities.addon ? 'Type=notify\nWatchdogSec=30s' : '# Type=notify and WatchdogSec= take the addon for sockets, which was not built here.\nType=exec'}
${isSystem && secretFile !== undefined ? `LoadCredential=${CREDENTIAL}:${secretFile.replaceAll('%', '%%')}\n` : ''}ExecStart=${commandLine(setting)}
Restart=on-failure
RestartSec=5s
# Wrong use stays wrong.
RestartPreventExitStatus=2
TimeoutStartSec=1min
TimeoutStopSec=10s
StateDirectory=${state}
StateDirectoryMode=0700
LimitNOFILE=524288
SyslogIdentifier=ring-node

${hardening(setting, familiesOf(setting)).join('\n')}

[Install]
WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}
`;
}

function commandLine({ manager, places, nodeArguments, secretFile }: Setting): string {
  const own = [places.node, places.ringNode].map(argument);
  // A user that is made for the service could not read a file that is root's alone: systemd hands it over.
  const secret = secretFile === undefined ? [] : ['--secret-file', manager === 'system' ? `\${CREDENTIALS_DIRECTORY}/${CREDENTIAL}` : argument(secretFile)];
  return [...own, '--data', '${STATE_DIRECTORY}', ...secret, ...nodeArguments.map(argument)].join(' ');
}

/** Of sockets that it opens itself: those that it inherits may be of any. It asks for the machine's addresses over AF_NETLINK. */
function familiesOf({ nodeArguments }: Setting): string[] {
  return ['AF_INET', 'AF_INET6', 'AF_UNIX', 'AF_NETLINK', ...(nodeArguments.some((text) => text.includes('vsock:')) ? ['AF_VSOCK'] : [])];
}
