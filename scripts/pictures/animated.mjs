import gifenc from 'gifenc';
import { PNG } from 'pngjs';

const { GIFEncoder, quantize, applyPalette } = gifenc;
/** Colours beside the one that says: as before. */
const COLOURS = 255;
/** How long the last picture stays, in milliseconds. */
const LAST_MS = 2500;

/** Films a page: one picture after the other, as fast as they can be had. */
export function animated(page) {
  const shots = [];
  let isOn = false;
  let filming;
  return {
    begin() {
      isOn = true;
      filming = film();
    },
    /** Ends it and gives the bytes of an animated GIF. */
    async end() {
      isOn = false;
      await filming;
      return gifOf(shots);
    },
  };

  async function film() {
    while (isOn) {
      const atMs = performance.now();
      shots.push({ atMs, png: await page.screenshot({ type: 'png' }) });
    }
  }
}

/** All pictures in the same colours; of each only what has changed since the one before. */
function gifOf(shots) {
  const frames = shots.map(({ atMs, png }) => ({ atMs, ...PNG.sync.read(png) }));
  const { width, height } = frames[0];
  const palette = quantize(coloursOf(frames), COLOURS);
  const unchanged = palette.length;
  const gif = GIFEncoder();
  let before;
  for (const { atMs, index } of distinct(frames, palette)) {
    const next = index.next?.atMs ?? atMs + LAST_MS;
    const shown = before === undefined ? index.of : index.of.map((colour, i) => (colour === before[i] ? unchanged : colour));
    gif.writeFrame(shown, width, height, {
      palette: before === undefined ? [...palette, [0, 0, 0]] : undefined,
      transparent: before !== undefined,
      transparentIndex: unchanged,
      delay: Math.max(20, next - atMs),
      dispose: 1,
    });
    before = index.of;
  }
  gif.finish();
  return gif.bytes();
}

/** Each colour once, as RGBA: a small thing is to keep its own. */
function coloursOf(frames) {
  const colours = new Set();
  for (const { data } of frames) for (const colour of new Uint32Array(data.buffer, data.byteOffset, data.length / 4)) colours.add(colour);
  return new Uint8Array(Uint32Array.from(colours).buffer);
}

/** The pictures that differ from the one before, in colours of the palette, each with the one that follows it. */
function distinct(frames, palette) {
  const found = [];
  for (const { atMs, data } of frames) {
    const of = applyPalette(data, palette);
    const last = found.at(-1);
    if (last !== undefined && Buffer.compare(last.index.of, of) === 0) continue;
    const picture = { atMs, index: { of } };
    if (last !== undefined) last.index.next = picture;
    found.push(picture);
  }
  return found;
}
