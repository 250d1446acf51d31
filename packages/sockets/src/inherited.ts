import { fstatSync } from 'node:fs';

/** A socket that the process was started with. */
export interface InheritedSocket {
  readonly fd: number;
  /** From FileDescriptorName= of its unit; absent where it has none. */
  readonly name?: string;
}

export interface Inheritance {
  readonly sockets: readonly InheritedSocket[];
  /** What is wrong with what the environment says, for people. */
  readonly problems: readonly string[];
}

/** The first inherited descriptor (SD_LISTEN_FDS_START). */
const FIRST_FD = 3;
/** Names that systemd gives where there is none. */
const noNames: ReadonlySet<string> = new Set(['', 'unknown', 'stored', 'connection']);

/**
 * The sockets that systemd, or whoever started the process as it does, hands over by LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES (sd_listen_fds(3)).
 * These are deleted from the environment: they are not meant for what this process starts.
 */
export function inheritedSockets(env: NodeJS.ProcessEnv = process.env, pid = process.pid): Inheritance {
  const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES } = env;
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES', 'LISTEN_PIDFDID']) delete env[name];
  if (LISTEN_FDS === undefined) return { sockets: [], problems: [] };
  if (LISTEN_PID === undefined) return none(`LISTEN_FDS says ${shown(LISTEN_FDS)}, but there is no LISTEN_PID: nothing is inherited`);
  if (LISTEN_PID !== String(pid)) return none(`the sockets of LISTEN_FDS are for process ${shown(LISTEN_PID)}, this one is ${pid}: nothing is inherited`);
  const count = /^\d{1,4}$/.test(LISTEN_FDS) ? Number(LISTEN_FDS) : undefined;
  if (count === undefined) return none(`LISTEN_FDS says ${shown(LISTEN_FDS)}, which is no number: nothing is inherited`);
  const names = LISTEN_FDNAMES?.split(':') ?? [];
  const problems = LISTEN_FDNAMES !== undefined && names.length !== count ? [`LISTEN_FDNAMES has ${names.length} names for ${count} sockets: they are taken for nameless`] : [];
  const sockets: InheritedSocket[] = [];
  for (let i = 0; i < count; i++) {
    const fd = FIRST_FD + i;
    const name = problems.length === 0 ? (names[i] ?? '') : '';
    if (isOpen(fd)) sockets.push(noNames.has(name) ? { fd } : { fd, name });
    else problems.push(`descriptor ${fd}, one of the ${count} of LISTEN_FDS, is not open`);
  }
  return { sockets, problems };
}

function none(problem: string): Inheritance {
  return { sockets: [], problems: [problem] };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}
