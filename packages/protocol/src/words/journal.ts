import type { EventAt } from '../http/event.js';
import { bytesInWords, countOf, durationInWords } from './units.js';

/** How weighty a line is: shown by a mark and a word, not by colour alone. */
export type Weight = 'plain' | 'good' | 'care' | 'bad';

export interface JournalLine {
  /** Unlike all others. */
  readonly id: number;
  readonly atMs: number;
  readonly text: string;
  readonly weight: Weight;
  /** What makes two tellings one line. */
  readonly key: string;
  /** The nodes that told it. */
  readonly by: ReadonlySet<string>;
  /** How many things of its kind it stands for: files put one after the other. */
  readonly count: number;
}

/** Lines kept. */
export const LINES_MAX = 200;
/** The same told again within this time, in milliseconds, is the same. */
const SAME_MS = 30_000;
/** Files put or deleted at one node, one after the other within this time, are one line. */
const TOGETHER_MS = 2000;

interface Told {
  readonly key: string;
  readonly text: string;
  readonly weight: Weight;
  /** The line for several of its kind, one after the other. */
  readonly together?: (count: number) => string;
}

/** The journal with what has happened now; the same journal where that is nothing new. `each`: every file has a line of its own. */
export function journalled(journal: readonly JournalLine[], event: EventAt, nameOf: (nodeId: string) => string, each = false): readonly JournalLine[] {
  const told = toldOf(event, nameOf);
  if (told === undefined) return journal;
  const { key, text, weight, together } = told;
  const nowMs = event.timeMs;
  const earlier = journal.findIndex((line) => line.key === key && nowMs - line.atMs < SAME_MS);
  if (earlier !== -1) {
    const line = journal[earlier]!;
    return line.by.has(event.at) ? journal : journal.with(earlier, { ...line, by: new Set([...line.by, event.at]) });
  }
  const [newest] = journal;
  if (!each && together !== undefined && newest !== undefined && nowMs - newest.atMs < TOGETHER_MS && newest.key.startsWith(`${event.type} `) && newest.by.has(event.at)) {
    const count = newest.count + 1;
    return journal.with(0, { ...newest, key, atMs: nowMs, count, text: together(count) });
  }
  const line = { id: (newest?.id ?? 0) + 1, atMs: nowMs, text, weight, key, by: new Set([event.at]), count: 1 };
  return [line, ...journal.slice(0, LINES_MAX - 1)];
}

function toldOf(event: EventAt, nameOf: (nodeId: string) => string): Told | undefined {
  const at = nameOf(event.at);
  switch (event.type) {
    case 'joined':
      return { key: `joined ${event.at}`, weight: 'good', text: event.through === undefined ? `${at} founded a ring` : `${at} joined through ${event.through}` };
    case 'refused':
      return { key: `refused ${event.at} ${event.code}`, weight: 'bad', text: `${at} was not taken in: ${event.message}` };
    case 'left':
      return { key: `left ${event.at}`, weight: 'care', text: event.mode === 'for-good' ? `${at} left the ring for good` : `${at} says goodbye: back soon` };
    case 'member':
      return memberTold(event);
    case 'suspect':
      return { key: `suspect ${event.nodeId}`, weight: 'care', text: `${nameOf(event.nodeId)} does not answer: ${event.why}` };
    case 'heal':
      return { key: `heal ${event.nodeId}`, weight: 'good', text: `${nameOf(event.nodeId)} is back: the parts of the ring meet` };
    case 'health':
      return { key: `health ${event.was} ${event.health}`, weight: event.health === 'whole' ? 'good' : event.health === 'split' ? 'bad' : 'care', text: `the ring is ${event.health}` };
    case 'epoch':
      return { key: `epoch ${event.number}`, weight: 'plain', text: `epoch ${event.number}: copies are placed on ${countOf(event.members.length, 'node')}` };
    case 'moved':
      // Nothing to move is no news.
      if (event.bytes === 0) return undefined;
      return { key: `moved ${event.at} ${event.number}`, weight: 'good', text: `${at} has taken over its copies: ${bytesInWords(event.bytes)} in ${durationInWords(event.tookMs)}` };
    case 'put':
      return {
        key: `put ${event.name} ${event.version}`,
        weight: event.grade === 'weak' ? 'care' : 'plain',
        text: `${event.name} put at ${at}, ${bytesInWords(event.size)}${event.grade === 'weak' ? ', weak: no majority of its owners' : ''}`,
        together: (count) => `${count} files put at ${at}, the last ${event.name}`,
      };
    case 'deleted':
      return { key: `deleted ${event.name} ${event.version}`, weight: 'plain', text: `${event.name} deleted at ${at}`, together: (count) => `${count} files deleted at ${at}, the last ${event.name}` };
    case 'merged': {
      const beside = event.added.length;
      return { key: `merged ${event.name} ${event.version}`, weight: beside > 0 ? 'care' : 'good', text: `${event.name} merged: ${beside === 0 ? 'nothing was lost' : `${countOf(beside, 'conflict copy', 'conflict copies')} beside it`}` };
    }
    case 'damaged':
      return { key: `damaged ${event.at} ${event.name}`, weight: 'bad', text: `the copy of ${event.name} on ${at} is damaged: got again from another node` };
    case 'scrubbed':
      if (event.files === 0) return undefined;
      return { key: `scrubbed ${event.at}`, weight: event.damaged > 0 ? 'care' : 'good', text: `${at} has read all its copies: ${countOf(event.files, 'file')}, ${event.damaged} damaged` };
    case 'disk':
      return { key: `disk ${event.at} ${event.isFull}`, weight: event.isFull ? 'bad' : 'good', text: event.isFull ? `the disk of ${at} is full: it reads on, and refuses uploads` : `the disk of ${at} has room again` };
    case 'clone':
      return { key: `clone ${event.nodeId}`, weight: 'bad', text: `two processes run as ${nameOf(event.nodeId)}: a copied data directory?` };
    case 'warning':
      return { key: `warning ${event.what}`, weight: 'care', text: `${at}: ${event.what}` };
    default:
      return undefined;
  }
}

function memberTold({ nodeId, address, state, was, incarnation }: Extract<EventAt, { type: 'member' }>): Told | undefined {
  if (state === was) return undefined;
  const key = `member ${nodeId} ${state} ${incarnation}`;
  switch (state) {
    case 'up':
      return { key, weight: 'good', text: was === undefined ? `${address} is in the ring` : `${address} is up again` };
    case 'down':
      return { key, weight: 'bad', text: `${address} is down: the ring closes up without it` };
    case 'leaving':
      return { key, weight: 'care', text: `${address} is leaving: its copies are made elsewhere first` };
    case 'left':
      return { key, weight: 'care', text: `${address} has left for good` };
    case 'asleep':
      return { key, weight: 'plain', text: `${address} is asleep` };
  }
}
