import { native, whyNoNative } from './native.js';
import { sockaddr } from './socket-name.js';
import { UnixDatagrams } from './unix-datagrams.js';

/** Tells systemd, or whoever listens at NOTIFY_SOCKET, how it goes (sd_notify(3)). */
export interface Notifier {
  /** What was started is done starting; also after `reloading`. From now on the watchdog hears that the event loop turns. */
  ready(status: string): void;
  /** A line for people, shown by `systemctl status`. */
  status(text: string): void;
  reloading(status: string): void;
  stopping(status: string): void;
  close(): Promise<void>;
}

const nobody: Notifier = { ready: () => undefined, status: () => undefined, reloading: () => undefined, stopping: () => undefined, close: () => Promise.resolve() };

/**
 * Who is to be told, from NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are deleted from the environment. Where nobody is, or nobody can be
 * told, the notifier does nothing; `onProblem` hears why it cannot.
 */
export function openNotifier(onProblem: (problem: string) => void, env: NodeJS.ProcessEnv = process.env, pid = process.pid): Notifier {
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC, WATCHDOG_PID } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  if (path === undefined || path === '') return nobody;
  const calls = native();
  const problem = (reason: string): Notifier => {
    onProblem(`NOTIFY_SOCKET ${JSON.stringify(path.slice(0, 200))} hears nothing of this node: ${reason}`);
    return nobody;
  };
  if (calls === undefined) return problem(whyNoNative());
  if (!/^[/@]./.test(path)) return problem('it is neither a path nor an abstract name');
  const isForUs = WATCHDOG_PID === undefined || WATCHDOG_PID === String(pid);
  const everyMs = isForUs && WATCHDOG_USEC !== undefined && /^\d{1,15}$/.test(WATCHDOG_USEC) ? Math.floor(Number(WATCHDOG_USEC) / 2000) : 0;
  const socket = new UnixDatagrams(calls, calls.open(calls.AF_UNIX, calls.SOCK_DGRAM));
  const to = sockaddr(calls, { family: 'unix', type: 'datagram', path });
  const send = (...lines: readonly string[]): void =>
    socket.send({ bytes: Buffer.from(lines.join('\n')), to, onFailed: (error) => onProblem(`NOTIFY_SOCKET was not told ${lines[0]}: ${error.message}`) });
  let watchdog: NodeJS.Timeout | undefined;
  return {
    ready: (status) => {
      send('READY=1', statusLine(status));
      // It is this timer that a stuck event loop holds up.
      if (everyMs > 0) watchdog ??= setInterval(() => send('WATCHDOG=1'), everyMs).unref();
    },
    status: (text) => send(statusLine(text)),
    // systemd tells a reload from one before it by the time.
    reloading: (status) => send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`, statusLine(status)),
    stopping: (status) => send('STOPPING=1', statusLine(status)),
    close: () => {
      clearInterval(watchdog);
      return socket.close();
    },
  };
}

function statusLine(text: string): string {
  return `STATUS=${text.replaceAll('\n', ' ')}`;
}
