// Lines of the table. Each is `{measure, ours, peer, ratio, first, goal, verdict, note, data}`: text, and in `data` the figures behind it.
import { ratioText, timeText, rateText } from './text.mjs';

/** The share of a core from which on the process that makes the load may have been the limit. */
const BUSY = 0.9;

/**
 * A line for each peer that we were measured against; `note(ours)` adds a word to the first.
 * `reach` holds, by the name of the peer, the ratios to reach: `{first?, goal, measure?}`; a peer in it that was not there gets a line as well.
 */
export function ratioLines([ours, ...peers], { measure, bytes, reach, note }) {
  return Object.entries(reach).map(([name, { first, goal, measure: special }], i) => {
    const peer = peers.find((side) => side.name === name);
    const notes = [i === 0 && note?.(ours), peer?.refused > 0 && `${peer.refused} of ${peer.refused + peer.rounds.length} rounds do not count, ${name} was not healthy`, busyNote(ours), peer && busyNote(peer)];
    return {
      measure: special ?? measure,
      ours: sideText(ours, bytes),
      ...(peer === undefined ? { peer: `${name}: not installed`, ratio: '' } : { peer: `${name} ${sideText(peer, bytes)}`, ratio: spreadText(peer.ratio) }),
      first: first === undefined ? 'reported' : ratioText(first),
      goal: ratioText(goal),
      verdict: peer === undefined ? '' : verdictOf((target) => peer.ratio.median >= target, { first, goal }),
      note: notes.filter(Boolean).join('; '),
      data: { ours, ...(peer === undefined ? {} : { peer }) },
    };
  });
}

/** How often the disk was made to flush; requests that wait at the same time share one. */
export function flushNote({ flushes }) {
  return `${flushes.toFixed(2)} flushes of the disk a PUT, by all nodes together`;
}

/** A line for a value of ours that should be small: `text` writes it and what is to be reached. */
export function valueLine({ measure, value, first, goal, text, note = '', data = {} }) {
  return {
    measure,
    ours: text(value),
    peer: '',
    ratio: '',
    first: text(first),
    goal: text(goal),
    verdict: verdictOf((target) => value <= target, { first, goal }),
    note,
    data: { value, ...data },
  };
}

/** A line for what has no figure to reach. */
export function reportLine({ measure, text, note, data }) {
  return { measure, ours: text, peer: '', ratio: '', first: 'reported', goal: '', verdict: '', note, data };
}

function verdictOf(reaches, { first, goal }) {
  if (reaches(goal)) return 'goal';
  if (first === undefined) return '';
  return reaches(first) ? 'first' : 'missed';
}

function sideText({ rate, cpuUs }, bytes) {
  return `${rateText(rate, bytes)}, ${timeText(cpuUs)} CPU`;
}

function spreadText({ median, min, max }) {
  return `${ratioText(median)} (${ratioText(min)} to ${ratioText(max)})`;
}

function busyNote({ name, rounds }) {
  return rounds.some(({ generatorBusy }) => generatorBusy > BUSY) && `the load itself kept a core busy at ${name}: it may have been the limit`;
}
