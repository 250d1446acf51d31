import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Codes, MessageLog, MessagesFile, ServiceError, type ServiceLog, type Shelf } from '../src/index.js';
import { SharedShelf } from './a-shelf.js';

const quiet: ServiceLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

class Fixture {
  readonly shelf = new SharedShelf();
  readonly codes = new Codes(this.shelf.at());
  readonly log: MessageLog;
  #sent = 0;

  constructor(
    readonly folder: string,
    view: (shelf: Shelf) => Shelf = (shelf) => shelf,
  ) {
    this.log = new MessageLog(view(this.shelf.at()), this.codes);
  }

  get file(): string {
    return join(this.folder, 'messages');
  }

  async send(count: number): Promise<void> {
    const { uuid, code } = await this.codes.codeOf(randomUUID());
    for (let i = 0; i < count; i++) await this.log.append({ uuid, code, text: `text ${this.#sent++}\u2028\n` }, randomUUID());
  }

  /** As the log shows them. */
  async inLog(): Promise<string[]> {
    const lines: string[] = [];
    for await (const { text } of this.log.lines((await this.log.entries()).entries)) lines.push(text);
    return lines;
  }

  /** All lines that are in the files, oldest first, but those that are no messages. */
  async inFiles(): Promise<string[]> {
    const texts = await Promise.all([5, 4, 3, 2, 1].map((number) => readFile(`${this.file}.${number}`, 'utf8').catch(() => '')));
    const lines = [...texts, await readFile(this.file, 'utf8').catch(() => '')].join('').split('\n');
    return lines.filter((line) => line !== '' && !line.includes('"note"'));
  }
}

async function aFixture(t: ExecutionContext, view?: (shelf: Shelf) => Shelf): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-messages-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return new Fixture(folder, view);
}

/** Looks twice: what is new is written with the second look. */
async function writeAll(file: MessagesFile, { log }: Fixture, serviceLog = quiet): Promise<void> {
  for (let look = 0; look < 2; look++) await file.write((await log.entries()).entries, log, serviceLog);
}

test('U08 the file has every message once, in the order of the log, however often it is opened again', async (t) => {
  const fixture = await aFixture(t);
  for (let life = 0; life < 5; life++) {
    const file = await MessagesFile.open(fixture.file, 2_000);
    await fixture.send(4);
    await writeAll(file, fixture);
    await fixture.send(3);
    await writeAll(file, fixture);
    t.deepEqual(await fixture.inFiles(), await fixture.inLog());
    // What nobody wrote before the end is written after the next start.
    await fixture.send(1);
    file.close();
  }
  t.true((await readFile(`${fixture.file}.1`, 'utf8')).length <= 2_000);
});

test('U08 what is in no file any more does not come again', async (t) => {
  const fixture = await aFixture(t);
  for (let life = 0; life < 20; life++) {
    const file = await MessagesFile.open(fixture.file, 1_500);
    await fixture.send(5);
    await writeAll(file, fixture);
    file.close();
  }
  const [inFiles, inLog] = [await fixture.inFiles(), await fixture.inLog()];
  t.is(inLog.length, 100);
  t.true(inFiles.length > 20 && inFiles.length < 90, `${inFiles.length} lines`);
  t.deepEqual(inFiles, inLog.slice(-inFiles.length));
});

test('U08 the newest message waits a look for those that come in before it', async (t) => {
  const fixture = await aFixture(t);
  const file = await MessagesFile.open(fixture.file);
  await fixture.send(1);
  await file.write((await fixture.log.entries()).entries, fixture.log, quiet);
  t.deepEqual(await fixture.inFiles(), []);
  await fixture.send(1);
  // Its node was slower, or its clock is.
  moveLast(fixture, -2_500);
  await file.write((await fixture.log.entries()).entries, fixture.log, quiet);
  t.deepEqual(await fixture.inFiles(), await fixture.inLog());
  file.close();
});

test('U08 what comes into the log behind its time comes once, also over a restart', async (t) => {
  const fixture = await aFixture(t);
  const late: string[] = [];
  let file = await MessagesFile.open(fixture.file);
  await fixture.send(10);
  await writeAll(file, fixture);
  for (const restarts of [false, true]) {
    if (restarts) file.close();
    await fixture.send(1);
    moveLast(fixture, -5_500);
    late.push(...(await fixture.inLog()).filter((line) => /text 1[01]/.test(line) && !late.includes(line)));
    if (restarts) file = await MessagesFile.open(fixture.file);
    await writeAll(file, fixture);
  }
  const lines = await fixture.inFiles();
  t.deepEqual(lines.slice(10), late);
  t.deepEqual([...lines].sort(), (await fixture.inLog()).sort());
  file.close();
});

test('U08 while the file cannot be written messages are not lost; it says that they come late', async (t) => {
  const fixture = await aFixture(t);
  const told: string[] = [];
  const say = (_: object, line: string): void => void told.push(line);
  const file = await MessagesFile.open(fixture.file);
  await fixture.send(2);
  await writeAll(file, fixture);
  await rename(fixture.folder, `${fixture.folder}-away`);
  t.teardown(() => rm(`${fixture.folder}-away`, { recursive: true, force: true }));
  await fixture.send(2);
  for (let i = 0; i < 3; i++) await writeAll(file, fixture, { debug: say, info: say, warn: say });
  t.is(told.length, 1);
  t.regex(told[0]!, /the log cannot be written: ENOENT.*; the ring keeps the messages, and they are written when that can be done$/);
  await rename(`${fixture.folder}-away`, fixture.folder);
  await fixture.send(1);
  await writeAll(file, fixture, { debug: say, info: say, warn: say });
  t.is(told[1], `${fixture.file} is written again, and lacks nothing`);
  t.deepEqual(await fixture.inFiles(), await fixture.inLog());
  const third = (await readFile(fixture.file, 'utf8')).split('\n')[2]!;
  t.regex((JSON.parse(third) as { note: string }).note, /^nothing could be written from \S+ on \(ENOENT\): what follows comes late$/);
  file.close();
});

test('U08 a line that a crash tore is written anew', async (t) => {
  const fixture = await aFixture(t);
  await fixture.send(3);
  const lines = await fixture.inLog();
  for (const torn of [lines[2]!, lines[2]!.slice(0, 40), '{"ti']) {
    await writeFile(fixture.file, `${lines[0]}\n${lines[1]}\n${torn}`);
    const file = await MessagesFile.open(fixture.file);
    await writeAll(file, fixture);
    t.deepEqual(await fixture.inFiles(), lines);
    file.close();
  }
});

test('U08 a file that is no log of messages, a link and a second writer are told at the start, and left as they are', async (t) => {
  const fixture = await aFixture(t);
  const refusal = async (file: string): Promise<string> => MessagesFile.open(file).then(() => 'opened', (error: Error) => error.message);
  const [other, link] = [join(fixture.folder, 'other'), join(fixture.folder, 'link')];
  for (const text of ['my notes\nwithout an end', 'torn', '{"other": 1}\n']) {
    await writeFile(other, text);
    t.is(await refusal(other), `the log cannot be written: ${other} is there, and is no log of messages`);
    t.is(await readFile(other, 'utf8'), text);
  }
  await symlink(join(fixture.folder, 'nothing'), link);
  t.is(await refusal(link), `the log cannot be written: ${link} is a link`);
  t.regex(await refusal(fixture.folder), /EISDIR/);
  t.regex(await refusal(join(fixture.folder, 'no', 'file')), /ENOENT/);
  const file = await MessagesFile.open(fixture.file);
  t.is(await refusal(fixture.file), `another program is writing ${fixture.file}`);
  file.close();
  (await MessagesFile.open(fixture.file)).close();
});

test('U08 a message that cannot be read comes when it can', async (t) => {
  let isAway = true;
  const fixture = await aFixture(t, (shelf) => ({
    ...shelf,
    get: async (name, strong) => {
      const bytes = await shelf.get(name, strong);
      if (isAway && bytes?.includes('text 1')) throw new ServiceError('unavailable', 'nobody has it');
      return bytes;
    },
  }));
  const file = await MessagesFile.open(fixture.file);
  await fixture.send(3);
  await writeAll(file, fixture);
  t.is((await fixture.inFiles()).length, 2);
  isAway = false;
  await writeAll(file, fixture);
  const [first, second, third] = await fixture.inLog();
  t.deepEqual(await fixture.inFiles(), [first, third, second]);
  file.close();
});

/** Gives the message that was sent last another time. */
function moveLast({ shelf }: Fixture, byMs: number): void {
  const [name, { bytes, timeMs }] = [...shelf.kept].at(-1)!;
  shelf.kept.set(name, { bytes, timeMs: timeMs + byMs });
}
