import { valueLine } from '../lines.mjs';
import { median } from '../statistics.mjs';
import { filledFolder, startOften } from '../store/start-filled.mjs';
import { bytesText, millisecondsText } from '../text.mjs';

const FILES = 1_000_000;

export async function take({ world, load }) {
  const [empty] = await startOften(world, await filledFolder(world, load, 0), { times: 1, files: 1 });
  const data = await filledFolder(world, load, FILES);
  const starts = await startOften(world, data, { times: 3, files: FILES + 1 });
  const [, afterKill] = await startOften(world, data, { times: 2, files: FILES + 1, signal: 'SIGKILL' });
  const perFile = (median(starts.map(({ memory }) => memory)) - empty.memory) / FILES;
  const value = median(starts.map(({ tookMs }) => tookMs));
  const note = `after kill -9: ${millisecondsText(afterKill.tookMs)}`;
  return [
    valueLine({ measure: 'start until listening, 1 000 000 files', value, first: 5000, goal: 1000, text: millisecondsText, note, data: { starts, afterKill } }),
    valueLine({ measure: 'memory (RSS) per stored file, of 1 000 000', value: perFile, first: 400, goal: 150, text: bytesText, data: { empty, starts } }),
  ];
}
