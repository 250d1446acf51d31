import { readFile } from 'node:fs/promises';

/** A process, told apart from later ones with the same number. Empty where the system does not say. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in clock ticks since the machine's start. */
  readonly start: string;
  /** Identifies the machine's start. */
  readonly boot: string;
}

export interface Processes {
  self(): Promise<ProcessIdentity>;
  isRunning(process: ProcessIdentity): Promise<boolean>;
}

/** Source: proc(5), /proc/PID/stat field 22 and /proc/sys/kernel/random/boot_id. */
export const nodeProcesses: Processes = {
  self: async () => ({ pid: process.pid, start: await startOf(process.pid), boot: await bootId() }),
  isRunning: async ({ pid, start, boot }) => {
    if (boot !== (await bootId())) return false;
    const found = start === '' ? '' : await startOf(pid);
    // Others' processes may be hidden (proc(5), hidepid=): that one is there with the number can be told all the same.
    return found === '' ? existsByNumber(pid) : found === start;
  },
};

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses and may hold anything: count from its end, where field 3 follows.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim().replaceAll('-', '');
}

function existsByNumber(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
