import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openNotifier } from '../src/index.js';
import { addonTest, aFolder, aSocket } from './a-socket.js';

/** What systemd hears, as it comes. */
async function aManager(t: ExecutionContext, path: string): Promise<{ readonly heard: string[]; more(fits: (text: string) => boolean): Promise<string> }> {
  const heard: string[] = [];
  let wake = (): void => {};
  await aSocket(t, `unix-dgram:${path}`, {
    datagram: (message) => {
      heard.push(message.toString());
      wake();
      return undefined;
    },
  });
  return {
    heard,
    more: async (fits) => {
      for (let at = 0; ; at++) {
        while (heard.length <= at) await new Promise<void>((resolve) => (wake = resolve));
        if (fits(heard[at]!)) return heard[at]!;
      }
    },
  };
}

addonTest('A07 who started it hears when it is ready, how it goes, when it reloads and that it stops', async (t) => {
  for (const path of [join(await aFolder(t), 'notify'), `@coring-notify-${process.pid}-${randomBytes(4).toString('hex')}`]) {
    const manager = await aManager(t, path);
    const env: NodeJS.ProcessEnv = { NOTIFY_SOCKET: path, PATH: '/bin' };
    const notifier = openNotifier((problem) => t.fail(problem), env);
    t.deepEqual(env, { PATH: '/bin' });
    notifier.ready('a ring of 1');
    notifier.status('a ring of 3,\n3 copies');
    notifier.reloading('starts anew');
    notifier.stopping('leaves');
    await manager.more((text) => text.startsWith('STOPPING'));
    t.like(manager.heard, { 0: 'READY=1\nSTATUS=a ring of 1', 1: 'STATUS=a ring of 3, 3 copies', 3: 'STOPPING=1\nSTATUS=leaves' });
    t.regex(manager.heard[2]!, /^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=starts anew$/);
    await notifier.close();
  }
});

addonTest('A07 the watchdog hears that the event loop turns, from ready on, and only if it is for this process', async (t) => {
  const path = join(await aFolder(t), 'notify');
  const manager = await aManager(t, path);
  const others = openNotifier((problem) => t.fail(problem), { NOTIFY_SOCKET: path, WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' });
  others.ready('not watched');
  const notifier = openNotifier((problem) => t.fail(problem), { NOTIFY_SOCKET: path, WATCHDOG_USEC: '20000', WATCHDOG_PID: String(process.pid) });
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.false(manager.heard.includes('WATCHDOG=1'));
  notifier.ready('watched');
  await manager.more((text) => text === 'WATCHDOG=1');
  await notifier.close();
  await others.close();
});

test('A07 nobody is told where nobody asks, and what cannot be told is said once', async (t) => {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  const silent = openNotifier(say, {});
  silent.ready('x');
  t.deepEqual(problems, []);
  openNotifier(say, { NOTIFY_SOCKET: 'vsock:2:1234' }).ready('x');
  t.is(problems.length, 1);
  await silent.close();
});

addonTest('A07 a manager that is gone is no reason to end', async (t) => {
  const problems: string[] = [];
  const notifier = openNotifier((problem) => void problems.push(problem), { NOTIFY_SOCKET: join(await aFolder(t), 'nobody') });
  notifier.ready('x');
  t.regex(problems[0]!, /^NOTIFY_SOCKET was not told READY=1: /);
  await notifier.close();
});
