// npm run bench: starts ourselves and, where they are installed, our peers; measures in turns; prints one table. See --help.
import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Load } from './load/load.mjs';
import { readOptions, usage } from './options.mjs';
import { printLine, writeResults } from './report.mjs';
import { World } from './world.mjs';

/** No row takes so long, unless somebody hangs, or it says so itself. */
const ROW_WITHIN_MS = 300_000;

const rowFiles = new URL('rows/', import.meta.url);

const options = readOptions(process.argv.slice(2));
const names = (await readdir(rowFiles)).map((file) => file.replace(/\.mjs$/, '')).sort();
const unknown = options?.only.filter((name) => !names.includes(name));
if (options === undefined || unknown.length > 0) {
  process.stderr.write(`${usage}\nRows: ${names.join(' ')}\n`);
  process.exit(2);
}
let world;
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());

const lines = [];
for (const name of names) if (options.only.length === 0 || options.only.includes(name)) lines.push(...(await takeRow(name)));
if (options.only.length === 0 && !options.profile) await writeResults(lines, options);

/** Measures one row in a world of its own. One that fails is told in its place, and the others go on. */
async function takeRow(name) {
  process.stdout.write(`${name}\n`);
  const { take, withinMs = ROW_WITHIN_MS } = await import(new URL(`${name}.mjs`, rowFiles));
  const load = new Load();
  world = await World.begin(options.folder, { isProfiled: options.profile });
  try {
    const taken = await Promise.race([take({ world, load, options }), late(name, withinMs)]);
    for (const line of taken) printLine(line);
    return taken.map((line) => ({ row: name, ...line }));
  } catch (error) {
    const failed = { measure: name, ours: '', peer: '', ratio: '', first: '', goal: '', verdict: 'failed', note: error.message, data: {} };
    printLine(failed);
    process.exitCode = 1;
    return [{ row: name, ...failed }];
  } finally {
    load.end();
    for (const { part, share } of (await world.end()) ?? []) process.stdout.write(`    ${`${(share * 100).toFixed(1)} %`.padStart(7)}  ${part}\n`);
  }
}

async function late(name, withinMs) {
  await wait(withinMs, undefined, { ref: false });
  throw new Error(`${name} was not done within ${withinMs / 60_000} minutes`);
}

async function stop() {
  await world?.end();
  process.exit(1);
}
