import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { hourText, nextStroke } from '../src/echo/schedule.js';
import { aClient, aFolder, run } from './a-client.js';
import { aFakeNode, sendError } from './a-fake-node.js';

async function anEcho(t: ExecutionContext, answer: (sent: string, number: number) => string | undefined = (sent) => sent): Promise<string[]> {
  let number = 0;
  const node = await aFakeNode(t, {
    intercept: (request, response) => {
      if (request.url !== '/echo') return false;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answered = answer(Buffer.concat(chunks).toString(), ++number);
        if (answered === undefined) sendError(response, 500, 'internal', 'something went wrong');
        else response.end(answered);
      });
      return true;
    },
  });
  return ['-i', '127.0.0.1', '-p', node.port];
}

test('E02 echo posts the time, and appends what came back', async (t) => {
  const [at, cwd] = [await anEcho(t), await aFolder(t)];
  for (let i = 0; i < 2; i++) t.is((await run(t, ['echo', '--log', 'echo.log', ...at], { cwd })).code, 0);
  const lines = (await readFile(join(cwd, 'echo.log'), 'utf8')).trimEnd().split('\n');
  t.is(lines.length, 2);
  for (const line of lines) {
    const { timestamp } = JSON.parse(line) as { timestamp: string };
    t.is(new Date(timestamp).toISOString(), timestamp);
  }
});

test('E02 a failure goes to standard error and the exit code, and leaves no line', async (t) => {
  const [refused, changed, cwd] = [await anEcho(t, () => undefined), await anEcho(t, (sent) => `${sent} `), await aFolder(t)];
  t.deepEqual(await run(t, ['echo', '--log', 'echo.log', ...refused], { cwd }), { code: 1, stdout: '', stderr: 'webclient: something went wrong\n' });
  t.deepEqual(await run(t, ['echo', '--log', 'echo.log', ...changed], { cwd }), { code: 1, stdout: '', stderr: 'webclient: what came back is not what was sent\n' });
  t.deepEqual(await readdir(cwd), []);
  const ran = await run(t, ['echo', '--log', 'no/such/folder/log', ...(await anEcho(t))], { cwd });
  t.is(ran.code, 1);
  t.regex(ran.stderr, /^webclient: the log cannot be written: .*ENOENT.*\n$/);
});

test('E02 --every echoes at the strokes of the clock until it is interrupted; a failure shows in the exit code, and it goes on', async (t) => {
  const [at, cwd] = [await anEcho(t, (sent, number) => (number === 1 ? undefined : sent)), await aFolder(t)];
  const client = aClient(t, ['echo', '--every', '1s', '--log', 'echo.log', ...at], { cwd });
  await client.printed('timestamp');
  client.signal('SIGINT');
  const { code, stdout, stderr } = await client.done;
  t.deepEqual([code, stderr], [1, 'webclient: something went wrong\nwebclient: 1 time it was not echoed\n']);
  t.is(await readFile(join(cwd, 'echo.log'), 'utf8'), stdout);
});

test('E02 the strokes of the clock are its own, however late the last one was served', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 86_400 }), (nowMs, seconds) => {
      const next = nextStroke(nowMs, seconds * 1000);
      return next > nowMs && next - nowMs <= seconds * 1000 && next % (seconds * 1000) === 0;
    }),
  );
  t.is(nextStroke(Date.UTC(2026, 10, 22, 5, 59, 59, 999), 60_000), Date.UTC(2026, 10, 22, 6));
  t.is(nextStroke(Date.UTC(2026, 10, 22, 6), 60_000), Date.UTC(2026, 10, 22, 6, 1));
});

test('E03 the text of the hour goes with the minute it was scheduled for', (t) => {
  for (let minute = 0; minute < 60; minute++) t.is(hourText(new Date(2026, 10, 22, 14, minute, 7).getTime()), minute === 0 ? "It is 14 o'clock." : undefined);
});

test('E03 a client that a timer has started goes by when that went off, however late it runs itself', async (t) => {
  const at = await anEcho(t);
  for (const [minute, text] of [[0, "It is 14 o'clock."], [59, undefined]] as const) {
    const wentOffMs = new Date(2026, 10, 22, 14, minute, 59).getTime();
    const { stdout } = await run(t, ['echo', ...at], { env: { TRIGGER_TIMER_REALTIME_USEC: `${wentOffMs}000` } });
    t.is((JSON.parse(stdout) as { text?: string }).text, text);
  }
});

test('E08 no two at once write one log', async (t) => {
  const [hanging, cwd] = [await anEcho(t, (sent) => sent), await aFolder(t)];
  await writeFile(join(cwd, 'other'), '');
  const first = aClient(t, ['echo', '--every', '1s', '--log', 'echo.log', ...hanging], { cwd });
  await first.printed('timestamp');
  const env = { PATH: '', HOME: '' };
  const second = await run(t, ['echo', '--log', join(cwd, 'echo.log'), ...hanging], { env });
  t.deepEqual([second.code, second.stderr], [1, `webclient: another program is writing ${join(cwd, 'echo.log')}\n`]);
  t.is((await run(t, ['echo', '--log', join(cwd, 'other'), ...hanging], { env })).code, 0);
  first.signal('SIGKILL');
  await first.done;
  t.is((await run(t, ['echo', '--log', join(cwd, 'echo.log'), ...hanging], { env })).code, 0);
});
