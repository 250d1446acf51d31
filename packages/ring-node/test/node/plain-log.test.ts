import { open } from 'node:fs/promises';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { isJournal } from '../../src/node/log.js';
import { PlainLog } from '../../src/node/plain-log.js';

test('a line has time, level and message, and of the fields an error alone', (t) => {
  const output = new PassThrough({ encoding: 'utf8' });
  const log = new PlainLog(output, { level: 'info', colour: false });
  log.debug('not asked for');
  log.info({ nodeId: 'n' }, 'with fields');
  log.error({ err: new Error('the cause') }, 'it failed');
  log.warn({ err: new Error('no wonder') }, 'it goes on');
  log.warn('a message alone');
  const lines = (output.read() as string).trimEnd().split('\n');
  t.regex(lines[0]!, /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: with fields$/);
  t.regex(lines[1]!, /\] ERROR: it failed$/);
  t.is(lines[2], '    Error: the cause');
  t.regex(lines[3]!, /^ {8}at /);
  t.deepEqual(lines.slice(-2, -1), ['    no wonder']);
  t.regex(lines.at(-3)!, /\] WARN: it goes on$/);
  t.regex(lines.at(-1)!, /\] WARN: a message alone$/);
  t.true(log.isLevelEnabled('info'));
  t.false(log.isLevelEnabled('debug'));
});

test('colour is there only where it is asked for', (t) => {
  const said = (colour: boolean): string => {
    const output = new PassThrough({ encoding: 'utf8' });
    new PlainLog(output, { level: 'debug', colour }).debug('words');
    return output.read() as string;
  };
  t.true(said(true).includes('\u001b[36mwords\u001b[0m'));
  t.false(said(false).includes('\u001b'));
});

test('for the journal each line begins with its priority, and has no time', (t) => {
  const output = new PassThrough({ encoding: 'utf8' });
  const log = new PlainLog(output, { level: 'debug', colour: false, journal: true });
  for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](level);
  log.warn({ err: new Error('first\nsecond') }, 'why');
  t.is(output.read(), '<7>DEBUG: debug\n<6>INFO: info\n<4>WARN: warn\n<3>ERROR: error\n<2>FATAL: fatal\n<4>WARN: why\n<4>    first\n<4>    second\n');
});

test('whether the journal reads is known by the file that it says', async (t) => {
  const file = await open(fileURLToPath(import.meta.url));
  t.teardown(() => file.close());
  const { dev, ino } = await file.stat();
  t.true(isJournal(file.fd, { JOURNAL_STREAM: `${dev}:${ino}` }));
  t.false(isJournal(file.fd, { JOURNAL_STREAM: `${dev}:${ino + 1}` }));
  t.false(isJournal(file.fd, {}));
});

test('a reader that goes away ends nothing', async (t) => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const log = new PlainLog(output, { level: 'info', colour: false });
  log.info('once');
  await new Promise((resolve) => output.once('close', resolve));
  t.notThrows(() => log.info('again'));
});
