import { mountPath } from './quote.js';
import type { Setting } from './setting.js';

/** What is refused to a service of ours beyond what its user may not do anyway; each line once, in the order of systemd.exec(5). `families`: the sockets it needs. */
export function hardening({ manager, places }: Setting, families: readonly string[]): readonly string[] {
  const filtered = [
    'NoNewPrivileges=yes',
    'LockPersonality=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'RestrictNamespaces=yes',
    `RestrictAddressFamilies=${families.join(' ')}`,
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged @resources',
    'SystemCallErrorNumber=EPERM',
    'UMask=0077',
    // What it has in memory is not for a file.
    'LimitCORE=0',
  ];
  // The other means are those of root: a user's systemd has none of them.
  if (manager === 'user') return filtered;
  return [
    'ProtectProc=invisible',
    'DynamicUser=yes',
    'CapabilityBoundingSet=',
    'ProtectSystem=strict',
    ...(places.hidden.length === 0 ? ['ProtectHome=yes'] : ['ProtectHome=tmpfs', `BindReadOnlyPaths=${places.hidden.map(mountPath).join(' ')}`]),
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'PrivateMounts=yes',
    'PrivateUsers=yes',
    'ProtectHostname=yes',
    'ProtectClock=yes',
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectControlGroups=yes',
    'RemoveIPC=yes',
    ...filtered,
  ];
}
