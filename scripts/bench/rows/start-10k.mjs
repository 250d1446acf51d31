import { valueLine } from '../lines.mjs';
import { median } from '../statistics.mjs';
import { filledFolder, nodeAloneMs, startOften } from '../store/start-filled.mjs';
import { millisecondsText } from '../text.mjs';

const FILES = 10_000;

export async function take({ world, load }) {
  const data = await filledFolder(world, load, FILES);
  const starts = await startOften(world, data, { times: 5, files: FILES + 1 });
  const value = median(starts.map(({ tookMs }) => tookMs));
  const aloneMs = await nodeAloneMs();
  const note = `Node alone, with nothing to do: ${millisecondsText(aloneMs)}`;
  return [valueLine({ measure: 'start until listening, 10 000 files', value, first: 200, goal: 80, text: millisecondsText, note, data: { starts, aloneMs } })];
}
