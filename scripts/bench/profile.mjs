// Where the processor time of our nodes goes, by part of the program: from the profiles that V8 writes when they end.
import { readdir, readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** The first that fits names the part. Of the bundle's frames the source's path is looked at. */
const parts = [
  [/ring-node\/src\/ring\//, 'the core (ring/)'],
  [/ring-node\/src\/node\/links\/|\/protocol\//, 'links: frames, JSON and its checks'],
  [/ring-node\/src\/http\//, 'HTTP, ours'],
  [/\/file-store\//, 'the store'],
  [/ring-node\/src\//, 'the shell (node/)'],
  [/^node:_?http|^node:internal\/http/, 'HTTP of Node.js'],
  [/^node:/, 'sockets, streams, timers of Node.js'],
  [/node_modules/, 'libraries'],
];

/** What Node.js is given so that it writes its profile to a folder. */
export function profileArgs(folder) {
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** The parts with their shares of the time that all nodes together were busy, the greatest first. */
export async function timeByPart(folder) {
  const spent = new Map();
  const maps = new Map();
  for (const file of await readdir(folder)) {
    const { nodes, samples, timeDeltas } = JSON.parse(await readFile(join(folder, file), 'utf8'));
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    const partOfFrame = new Map();
    for (const [id, frame] of frames) partOfFrame.set(id, await partOf(frame, maps));
    samples.forEach((id, i) => spent.set(partOfFrame.get(id), (spent.get(partOfFrame.get(id)) ?? 0) + timeDeltas[i]));
  }
  spent.delete(undefined);
  const total = [...spent.values()].reduce((sum, us) => sum + us, 0);
  return [...spent].sort((a, b) => b[1] - a[1]).map(([part, us]) => ({ part, share: us / total }));
}

/** Undefined for idle time. */
async function partOf({ functionName, url, lineNumber, columnNumber }, maps) {
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native code: system calls, V8 itself';
  const source = url.startsWith('file:') ? await sourceOf(url, lineNumber, columnNumber, maps) : url;
  return parts.find(([pattern]) => pattern.test(source))?.[1] ?? 'native code: system calls, V8 itself';
}

async function sourceOf(url, line, column, maps) {
  if (!maps.has(url)) {
    const text = await readFile(new URL(`${url}.map`), 'utf8').catch(() => undefined);
    maps.set(url, text === undefined ? undefined : new SourceMap(JSON.parse(text)));
  }
  const { originalSource } = maps.get(url)?.findEntry(line, column) ?? {};
  return originalSource === undefined ? url : new URL(originalSource, url).href;
}
