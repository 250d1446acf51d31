import type { ExecutionContext } from 'ava';
import { until } from '../a-ring.js';
import { aNetwork, type TestNetwork } from './a-network.js';
import { aTalker, type Talker } from './a-talker.js';
import { befall } from './befall.js';
import { between } from './network.js';
import { networkTest } from './network-test.js';

/** Fewer than wait in any queue of the kernel at once. */
const MANY = 100;

/** A network of three hosts, and who talks on them, by their numbers less one. */
async function threeTalkers(t: ExecutionContext): Promise<{ network: TestNetwork; talkers: [Talker, Talker, Talker] }> {
  const network = await aNetwork(t, 3);
  const [one, two, three] = await Promise.all(network.hosts.map((host) => aTalker(t, host)));
  for (const [from, to] of [[one, two], [two, one], [one, three], [three, one], [two, three], [three, two]]) await from!.isAnsweredBy(to!);
  return { network, talkers: [one!, two!, three!] };
}

/** Of those that were asked, how many came. */
function came(numbers: readonly number[], { asked }: Talker): number {
  return numbers.filter((number) => asked.has(number)).length;
}

function areAnswered(numbers: readonly number[], { answered }: Talker, by: Talker): boolean {
  return came(numbers, by) === numbers.length && numbers.every((number) => answered.has(number));
}

/** How long the first answer to these took, in milliseconds. */
function fastest(numbers: readonly number[], { answered }: Talker): number {
  return Math.min(...numbers.map((number) => answered.get(number)!));
}

networkTest('a delay is as long as was said, on its lane alone, lets packets overtake each other, and ends', async (t) => {
  const { network, talkers: [one, two, three] } = await threeTalkers(t);
  const delayMs = 300;
  const late = { pairs: [[1, 2]], lane: { delayMs } } as const;
  await network.spoil(late);
  const before = await network.counted();
  const numbers = one.ask(two, MANY);
  const replied = two.ask(one, MANY);
  await until(() => areAnswered(numbers, one, two) && areAnswered(replied, two, one), 'all answers');
  // A timer may be early by what is left of a millisecond.
  t.true(fastest(numbers, one) >= delayMs - 1, 'questions are late');
  t.true(fastest(replied, two) >= delayMs - 1, 'so are answers that go that way');
  t.notDeepEqual([...two.asked].filter((number) => numbers.includes(number)), numbers, 'some overtake others');
  t.deepEqual([...one.asked].filter((number) => replied.includes(number)), replied, 'none overtakes another on the way back');
  const after = await network.counted();
  t.is(after.delayed - before.delayed, 2 * MANY);
  t.is(after.stopped, 0);
  await one.isAnsweredWithin(delayMs, three);
  await two.isAnsweredWithin(delayMs, three);
  await network.mend(late);
  await one.isAnsweredWithin(delayMs, two);
});

networkTest('a share of packets is lost, on one way alone, and none when it is over', async (t) => {
  const { network, talkers: [one, two, three] } = await threeTalkers(t);
  const lossy = { pairs: [[1, 2]], lane: { loss: 0.5 } } as const;
  await network.spoil(lossy);
  const lost = one.ask(two, MANY);
  const [back, elsewhere] = [two.ask(one, MANY), one.ask(three, MANY)];
  await until(() => came(back, one) === MANY && came(elsewhere, three) === MANY, 'all that go other ways');
  await network.mend(lossy);
  await one.isAnsweredBy(two);
  await two.isAnsweredBy(one);
  const heard = came(lost, two);
  // Six standard deviations.
  t.true(heard > MANY / 5 && heard < (MANY * 4) / 5, `${heard} of ${MANY} came`);
  t.is(lost.filter((number) => one.answered.has(number)).length, heard, 'every answer to them comes');
  const answers = back.filter((number) => two.answered.has(number)).length;
  t.true(answers > MANY / 5 && answers < (MANY * 4) / 5, `${answers} answers of ${MANY} came`);
  t.is((await network.counted()).stopped, MANY - heard + (MANY - answers), 'what did not come was stopped');
  const sound = one.ask(two, MANY);
  await until(() => came(sound, two) === MANY, 'all to come once it is over');
});

networkTest('where one way is cut nothing comes, and everything the other way; healed, both ways are sound', async (t) => {
  const { network, talkers: [one, two, three] } = await threeTalkers(t);
  await network.spoil({ pairs: [[1, 2]], lane: { cut: true } });
  const [there, back, elsewhere] = [one.ask(two, MANY), two.ask(one, MANY), one.ask(three, MANY)];
  await until(() => came(back, one) === MANY && areAnswered(elsewhere, one, three), 'all that go other ways');
  await until(async () => (await network.counted()).stopped === 2 * MANY, 'questions and answers to be stopped');
  await network.heal();
  await one.isAnsweredBy(two);
  t.is(came(there, two), 0);
  t.deepEqual(back.filter((number) => two.answered.has(number)), [], 'answers go that way, too');
  const sound = one.ask(two, MANY);
  await until(() => areAnswered(sound, one, two), 'all answers once it is healed');
  t.is((await network.counted()).stopped, 2 * MANY);
});

networkTest('of two faults of one lane each goes on when the other is over', async (t) => {
  const { network, talkers: [one, two] } = await threeTalkers(t);
  const delayMs = 100;
  const pairs = between([1], [2]);
  const [cut, late] = [{ pairs, lane: { cut: true } }, { pairs, lane: { delayMs } }];
  await network.spoil(cut);
  await network.spoil(late);
  const none = one.ask(two, MANY);
  await until(async () => (await network.counted()).stopped === MANY, 'all to be stopped');
  await network.mend(cut);
  const numbers = one.ask(two, MANY);
  await until(() => areAnswered(numbers, one, two), 'all answers');
  t.true(fastest(numbers, one) >= 2 * (delayMs - 1), 'late both ways');
  t.is(came(none, two), 0);
});

networkTest('a fault that flaps comes and goes', async (t) => {
  const { network, talkers: [one, two] } = await threeTalkers(t);
  let isOver = false;
  const numbers: number[] = [];
  const [switched] = await Promise.all([
    befall(network, { pairs: [[1, 2]], lane: { cut: true }, forMs: 3_000, flapMs: 250 }).finally(() => (isOver = true)),
    until(() => (numbers.push(...one.ask(two)), isOver), 'it to be over'),
  ]);
  await one.isAnsweredBy(two);
  const turns = numbers.filter((number, i) => i > 0 && two.asked.has(number) !== two.asked.has(numbers[i - 1]!)).length;
  // Six times it comes and goes; who asks may be kept waiting meanwhile.
  t.true(turns >= 3 && turns <= 12, `it changed ${turns} times`);
  t.true(switched.stopped > 0);
  t.is(switched.stopped, numbers.length - came(numbers, two), 'what did not come was stopped');
});
