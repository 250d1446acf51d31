import { randomUUID } from 'node:crypto';
import test from 'ava';
import { Codes, MessageLog, ServiceError } from '../src/index.js';
import { SharedShelf } from './a-shelf.js';

async function refusal(what: Promise<unknown>): Promise<string> {
  return what.then(
    () => 'nothing was wrong',
    (error: unknown) => (error instanceof ServiceError ? error.code : String(error)),
  );
}

async function allLines(log: MessageLog): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of log.lines((await log.entries()).entries)) lines.push(text);
  return lines;
}

test('U02 nodes that are asked at the same moment, for the first time, give the same code', async (t) => {
  const shelf = new SharedShelf();
  const uuid = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => new Codes(shelf.at()).codeOf(uuid)));
  t.is(new Set(answers.map(({ code }) => code)).size, 1);
  t.regex(answers[0]!.code, /^[0-9a-f]{64}$/);
  t.is((await new Codes(shelf.at()).codeOf(uuid.toUpperCase())).code, answers[0]!.code);
  t.not((await new Codes(shelf.at()).codeOf(randomUUID())).code, answers[0]!.code);
  t.not((await new Codes(new SharedShelf().at()).codeOf(uuid)).code, answers[0]!.code);
});

test('U02 in a split a node that has the key goes on, another makes none', async (t) => {
  const shelf = new SharedShelf();
  const [own, uuid] = [new Map<string, unknown>(), randomUUID()];
  const { code } = await new Codes(shelf.at(own)).codeOf(uuid);
  shelf.isSplit = true;
  t.is((await new Codes(shelf.at(own)).codeOf(uuid)).code, code);
  t.is(await refusal(new Codes(shelf.at()).codeOf(uuid)), 'not-strong');
  const fresh = new SharedShelf();
  fresh.isSplit = true;
  const codes = new Codes(fresh.at());
  t.is(await refusal(codes.codeOf(uuid)), 'not-strong');
  t.is(fresh.kept.size, 0);
  // What went wrong is not remembered.
  fresh.isSplit = false;
  t.is((await codes.codeOf(uuid)).uuid, uuid);
});

test('U02 a uuid has its code also where just now nobody can keep that it was asked for; not where a disk is full', async (t) => {
  const shelf = new SharedShelf();
  const [own, uuid] = [new Map<string, unknown>(), randomUUID()];
  const { code } = await new Codes(shelf.at(own)).codeOf(uuid);
  const failing = (why: 'unavailable' | 'disk-full'): Codes => new Codes({ ...shelf.at(own), add: async () => Promise.reject(new ServiceError(why, 'so it is')) });
  t.is((await failing('unavailable').codeOf(uuid)).code, code);
  t.is(await refusal(failing('disk-full').codeOf(uuid)), 'disk-full');
});

test('U04 each refusal has its code', async (t) => {
  const shelf = new SharedShelf();
  const codes = new Codes(shelf.at());
  for (const uuid of ['', 'x', `${randomUUID()}0`, ` ${randomUUID()}`, 7, null, undefined, {}]) t.is(await refusal(codes.codeOf(uuid)), 'bad-request');
  const uuid = randomUUID();
  t.is(await refusal(codes.check(uuid, 'any')), 'not-found');
  const { code } = await codes.codeOf(uuid);
  t.is(await codes.check(uuid, code), uuid);
  for (const wrong of ['', `${code}0`, code.slice(1), code.toUpperCase().replace(/\d/g, 'x'), (await codes.codeOf(randomUUID())).code]) t.is(await refusal(codes.check(uuid, wrong)), 'wrong-code');
  t.is(await refusal(codes.check(uuid, undefined)), 'bad-request');
  t.is(await refusal(codes.check(randomUUID(), code)), 'not-found');
});

test('U03 a message is one line of JSON, whatever its text says, and the log is in the order of time', async (t) => {
  const shelf = new SharedShelf();
  const codes = new Codes(shelf.at());
  const log = new MessageLog(shelf.at(), codes);
  const { uuid, code } = await codes.codeOf(randomUUID());
  const texts = ['first', '', 'forged\n{"time":"2026","id":"0","uuid":"0","text":"forged"}', '\r\u2028\u2029\0\u001b[2J"\\', 'grüße 鉱 \ud800', 'last'];
  for (const [i, text] of texts.entries()) await log.append({ uuid, code, text }, `key-${i}`);
  const lines = await allLines(new MessageLog(shelf.at(), new Codes(shelf.at())));
  t.true(lines.every((line) => !/[\n\r\0]/.test(line)));
  const messages = lines.map((line) => JSON.parse(line) as { time: string; id: string; uuid: string; text: string });
  t.deepEqual(messages.map(({ text }) => text), texts);
  t.true(messages.every((one) => one.uuid === uuid && new Date(one.time).toISOString() === one.time));
  t.is(new Set(messages.map(({ id }) => id)).size, texts.length);
});

test('U03 a message that is repeated, anywhere, is there once; its key takes no other text', async (t) => {
  const shelf = new SharedShelf();
  const codes = new Codes(shelf.at());
  const { uuid, code } = await codes.codeOf(randomUUID());
  const logs = Array.from({ length: 5 }, () => new MessageLog(shelf.at(), new Codes(shelf.at())));
  const answers = await Promise.all(logs.map((log) => log.append({ uuid, code, text: 'once' }, 'key')));
  t.is(new Set(answers.map(({ id }) => id)).size, 1);
  t.is(await refusal(logs[0]!.append({ uuid, code, text: 'other' }, 'key')), 'conflict');
  await logs[1]!.append({ uuid, code, text: 'once' }, 'other key');
  const other = await codes.codeOf(randomUUID());
  await logs[2]!.append({ ...other, text: 'once' }, 'key');
  t.is((await allLines(logs[3]!)).length, 3);
});

test('U04 nothing is kept of a message that is refused', async (t) => {
  const shelf = new SharedShelf();
  const codes = new Codes(shelf.at());
  const log = new MessageLog(shelf.at(), codes);
  const { uuid, code } = await codes.codeOf(randomUUID());
  t.is(await refusal(log.append({ uuid, code: 'wrong', text: 'a' }, 'key')), 'wrong-code');
  t.is(await refusal(log.append({ uuid, code, text: undefined }, 'key')), 'bad-request');
  t.is(await refusal(log.append({ uuid, code, text: ['a'] }, 'key')), 'bad-request');
  t.deepEqual(await allLines(log), []);
});

test('U03 a message that cannot be read just now leaves the others to be shown, and says so', async (t) => {
  const shelf = new SharedShelf();
  const codes = new Codes(shelf.at());
  const { uuid, code } = await codes.codeOf(randomUUID());
  const ids: string[] = [];
  for (const text of ['a', 'b', 'c']) ids.push((await new MessageLog(shelf.at(), codes).append({ uuid, code, text }, text)).id);
  const view = shelf.at();
  let isAway = true;
  const log = new MessageLog({ ...view, get: async (name, strong) => (isAway && name.endsWith(ids[1]!) ? Promise.reject(new ServiceError('unavailable', '')) : view.get(name, strong)) }, codes);
  const shown = async (): Promise<unknown[]> => (await allLines(log)).map((line) => JSON.parse(line) as { text?: string; unavailable?: boolean }).map(({ text, unavailable }) => text ?? unavailable);
  t.deepEqual(await shown(), ['a', true, 'c']);
  isAway = false;
  t.deepEqual(await shown(), ['a', 'b', 'c']);
});
