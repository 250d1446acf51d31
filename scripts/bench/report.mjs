import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeMachine } from './machine.mjs';

const folder = new URL('../../bench/', import.meta.url);
const columns = ['measure', 'ours', 'peer', 'ratio', 'first', 'goal', 'verdict'];
const titles = ['Measure', 'Coring', 'Peer', 'Ratio: median (range)', 'First', 'Goal', 'Reached'];

export function printLine(line) {
  const { measure, ours, peer, ratio, first, goal, verdict, note } = line;
  const against = peer === '' ? '' : ` | ${peer} | ${ratio}`;
  process.stdout.write(`  ${measure}: ${ours}${against} | first ${first}, goal ${goal}: ${verdict}${note === '' ? '' : `\n    ${note}`}\n`);
}

/** Writes the table as bench/results.md, and the figures behind it, round by round, as bench/results.json. */
export async function writeResults(lines, { rounds, seconds, folder: data }) {
  await mkdir(folder, { recursive: true });
  const machine = describeMachine(data);
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const command = `npm run bench -- --rounds ${rounds} --seconds ${seconds}`;
  const text = [
    '# Figures',
    '',
    `\`${command}\`, ${date} UTC.`,
    `${machine}.`,
    '',
    'Each contest is played in turns, A B A B; the ratio is that of the two rates of one round. CPU is that of all server processes, per file. ',
    'Servers and load share the machine. "First" and "goal" are what is to be reached: of the ratio or, without a peer, of the value.',
    '',
    ...table(lines),
    '',
    ...notes(lines),
  ];
  await writeFile(new URL('results.md', folder), `${text.join('\n').replaceAll(/ $/gm, '')}\n`);
  await writeFile(new URL('results.json', folder), `${JSON.stringify({ command, date, machine, lines }, undefined, 1)}\n`);
  process.stdout.write(`written to ${fileURLToPath(folder)}\n`);
}

function table(lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [row(titles), row(titles.map(() => '---')), ...lines.map((line) => row(columns.map((column) => line[column])))];
}

function notes(lines) {
  return [...new Set(lines.filter(({ note }) => note !== '').map(({ measure, note }) => `- ${measure}: ${note}.`))];
}
