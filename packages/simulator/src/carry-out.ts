import type { BytesAt, Change, ClientAnswer, Effect, Input, Register, RingEvent } from '@coring/ring-node/ring';
import type { Content } from './disk.js';
import { readKept } from './failing-disk.js';
import { fetchBytes } from './fetch.js';
import type { SimulatedNode } from './simulated-node.js';
import { briefly } from './trace.js';

/** What reading the disk takes at most. */
const READ_MS = 2;

/** Does what the core asked for, in order, by the contract of Effect. */
export function carryOut(node: SimulatedNode, effects: readonly Effect[]): void {
  // As they are when the step ends: a save among the effects may make them something else.
  const attached = effects.map((effect) => ('bytes' in effect && effect.bytes !== undefined ? bytesAt(node, effect.bytes) : undefined));
  for (const [i, effect] of effects.entries()) carryOutOne(node, effect, attached[i]);
}

function carryOutOne(node: SimulatedNode, effect: Effect, bytes: Content | undefined): void {
  const { world } = node;
  switch (effect.type) {
    case 'save':
      return save(node, effect.changes, effect.isLazy === true);
    case 'send': {
      const { address, message } = effect;
      // As it is now.
      const text = JSON.stringify(message);
      const { id, type, to } = message;
      return node.hold(() => {
        world.sending(node, message);
        world.send(node, address, { id, type, to, text, bytes });
      });
    }
    case 'load':
      return load(node, effect.name);
    case 'scan':
      return scan(node, effect);
    case 'scan-buckets':
      return scanBuckets(node, effect);
    case 'digest': {
      const { ref, buckets } = effect;
      return answerFrom(node, () => node.disk.digests(buckets), (digests) => node.feed({ type: 'digested', ref, digests }));
    }
    case 'fetch':
      return fetchBytes(node, effect);
    case 'abort':
      node.fetches.delete(effect.ref);
      return;
    case 'answer': {
      const answer = JSON.parse(JSON.stringify(effect.answer)) as ClientAnswer;
      return node.hold(() => world.answered(node, effect.ref, answer, bytes));
    }
    case 'operated':
      return node.hold(() => world.count(effect.ok ? 'operated' : 'not operated'));
    case 'event':
      return node.hold(() => tell(node, effect.event));
  }
}

function save(node: SimulatedNode, changes: readonly Change[], isLazy: boolean): void {
  node.world.saving(node, changes);
  try {
    node.disk.save(changes, isLazy);
  } catch (error) {
    node.world.fail('store', `${node.name}: ${(error as Error).message}`);
  }
  for (const change of changes) {
    if (change.do !== 'put' || change.space !== 'register') continue;
    const { mine } = change.value as Register;
    if (mine !== undefined) node.world.mints.made(change.key, mine);
  }
  if (!isLazy) node.sync();
}

/** The bytes that go with an effect: staged ones, else those of a version that is kept. */
function bytesAt(node: SimulatedNode, { token, name, version }: BytesAt): Content | undefined {
  return (token === undefined ? undefined : node.disk.staged.get(token)) ?? readKept(node, name, version);
}

/** What is read is what is there when the question is asked or when it is answered: a real disk promises neither. */
function load(node: SimulatedNode, name: string): void {
  const read = () => ({ register: node.disk.register(name), kept: node.disk.versionsOf(name) });
  answerFrom(node, read, ({ register, kept }) => node.feed({ type: 'loaded', name, ...(register === undefined ? {} : { register }), kept }));
}

function scan(node: SimulatedNode, { ref, prefix, after, limit }: Extract<Effect, { type: 'scan' }>): void {
  answerFrom(
    node,
    () => node.disk.scan(prefix, after, limit),
    (scanned) => tellScanned(node, { type: 'scanned', ref, ...scanned }),
  );
}

function scanBuckets(node: SimulatedNode, { ref, buckets, unless, after, limit }: Extract<Effect, { type: 'scan-buckets' }>): void {
  answerFrom(
    node,
    () => node.disk.scanBuckets(buckets, unless, after, limit),
    (scanned) => tellScanned(node, { type: 'scanned', ref, ...scanned }),
  );
}

function tellScanned(node: SimulatedNode, scanned: Extract<Input, { type: 'scanned' }>): void {
  const tell = () => node.feed(scanned);
  if (node.heldScans === undefined) tell();
  else node.heldScans.push(tell);
}

function answerFrom<T>(node: SimulatedNode, read: () => T, answer: (found: T) => void): void {
  const early = node.random.chance(0.5) ? read() : undefined;
  node.later(node.random.between(0.02, READ_MS), () => answer(early ?? read()));
}

function tell(node: SimulatedNode, event: RingEvent): void {
  const { world } = node;
  world.count(`event ${event.type}`);
  if (world.trace.isOn && event.type !== 'check' && event.type !== 'check-home') world.say(node, () => `tells ${briefly(event)}`);
  if (event.type === 'left') node.stop(({ away: 'stopped', sleep: 'asleep', 'for-good': 'left' } as const)[event.mode]);
  if (event.type === 'clone') world.clones.told(node, event.nodeId);
}
