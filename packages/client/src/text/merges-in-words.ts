import { bytesInWords, countOf, type Merge, type MergesBody, type RingBody } from '@coring/protocol';
import { plain } from './plain.js';

/** Nodes named on one side of a split. */
const NAMED_MAX = 8;

/** A line for each merge and each time that nodes came back, newest first; what was merged then stands above it. */
export function mergesInWords({ heals, merges }: MergesBody, ring: RingBody): string[] {
  const lines = [
    ...merges.map((merge) => ({ atMs: merge.atMs, text: mergeInWords(merge) })),
    ...heals.map((heal) => ({ atMs: heal.atMs, text: healInWords(heal, ring) })),
  ];
  return lines.sort((a, b) => b.atMs - a.atMs).map(({ atMs, text }) => `${timeInWords(atMs)}  ${text}`);
}

function mergeInWords({ name, version, deleted, conflicts }: Merge): string {
  const what = `merged ${plain(name)}`;
  if (conflicts.length === 0) return `${what}: ${deleted === true ? 'it is deleted' : 'nothing was lost'}`;
  const copies = conflicts.map((one) => `${plain(one.version)} (${bytesInWords(one.size)}, ${timeInWords(one.modifiedMs)}${one.kept === false ? ', gone since' : ''})`);
  return `${what}: ${plain(version)} keeps the name, beside it ${copies.join(', ')}`;
}

function healInWords({ sinceMs, sides, merges, withConflicts }: MergesBody['heals'][number], ring: RingBody): string {
  const seen = new Set(sides.flatMap(({ nodes }) => nodes));
  // Who was not running, or has not told, saw nobody come back.
  const silent = [...new Set(sides.flatMap(({ missed }) => missed))].filter((node) => !seen.has(node));
  const parts = [...sides.map(({ nodes }) => nodes), ...(silent.length === 0 ? [] : [silent])];
  const since = sinceMs === undefined ? '' : `, apart since ${timeInWords(sinceMs)}`;
  const made = merges === 0 ? 'nothing to merge' : `${countOf(merges, 'merge')}, ${withConflicts === 0 ? 'none' : withConflicts} with conflict copies`;
  return `met again: ${parts.map((nodes) => namesOf(nodes, ring)).join(' | ')}${since}: ${made}`;
}

function namesOf(nodes: readonly string[], ring: RingBody): string {
  const names = nodes.slice(0, NAMED_MAX).map((id) => plain(ring.nodes.find(({ nodeId }) => nodeId === id)?.address ?? id.slice(0, 8)));
  return nodes.length > NAMED_MAX ? `${names.join(', ')} and ${nodes.length - NAMED_MAX} more` : names.join(', ');
}

/** UTC, as in lists. */
function timeInWords(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 19).replace('T', ' ');
}
