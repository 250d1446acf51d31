import { defaultPortOf, type RoleName } from '../serve/roles.js';
import type { Setting } from './setting.js';

/** Where the node's web server is, and where everything is sent back, where a unit opens it; the others have ports of their own. */
const ports = { http: 54_321, 'echo-http': 54_322, echo: 3000, ring: 4043 } as const satisfies Partial<Record<RoleName, number>>;

/** The socket of a single node: all addresses of the machine. */
export function singleSocket(): string {
  return `[Unit]
Description=Coring node, started by the first connection

[Socket]
ListenStream=${ports.http}
BindIPv6Only=both
FileDescriptorName=http

[Install]
WantedBy=sockets.target
`;
}

/** The sockets of an instance's echo: every family that there is here. */
export function echoSockets({ abilities }: Setting): string {
  const { ipv6, vsock, addon } = abilities;
  return instanceSocket('Echo of Coring node %i, on sockets of every family', 'echo', [
    ...loopback('echo', ['ListenStream', 'ListenDatagram'], ipv6),
    'ListenStream=%t/coring/%i/echo',
    given(addon, 'ListenDatagram=%t/coring/%i/echo-datagrams', 'it takes the addon for sockets, which was not built here'),
    given(vsock, `ListenStream=vsock::${ports.echo}`, addon ? 'this machine has no vsock' : 'it takes the addon for sockets, which was not built here'),
    'RemoveOnStop=yes',
  ]);
}

/** The socket of an instance for another role, on this machine alone. */
export function roleSocket({ abilities }: Setting, role: RoleName): string {
  return instanceSocket(`${role} of Coring node %i`, role, [
    ...loopback(role, ['ListenStream'], abilities.ipv6 && role !== 'ring'),
    'Service=coring@%i.service',
  ]);
}

function instanceSocket(what: string, role: RoleName, lines: readonly string[]): string {
  return `[Unit]
Description=${what}

[Socket]
FileDescriptorName=${role}
${lines.join('\n')}

[Install]
WantedBy=sockets.target
`;
}

function loopback(role: RoleName, directives: readonly string[], hasIPv6: boolean): string[] {
  const port = defaultPortOf(role) ?? ports[role as keyof typeof ports];
  return directives.flatMap((directive) => [`${directive}=127.0.0.1:${port}`, ...(role === 'ring' ? [] : [given(hasIPv6, `${directive}=[::1]:${port}`, 'this machine has no IPv6')])]);
}

/** One address that cannot be opened would keep all the others of its unit closed. */
function given(isThere: boolean, line: string, why: string): string {
  return isThere ? line : `# ${line}: ${why}`;
}
