import test from 'ava';
import * as fc from 'fast-check';
import { FrameDecoder, frameHeader } from '../../src/node/links/frames.js';
import { LinkError } from '../../src/node/links/link-error.js';

const someFrames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 600 }), { maxLength: 20 });

test('frames come out as they went in, however the stream is cut', (t) => {
  fc.assert(
    fc.property(someFrames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (frames, cuts) => {
      const got: Buffer[] = [];
      const decoder = new FrameDecoder(600, (frame) => got.push(Buffer.from(frame)));
      for (const piece of pieces(encoded(frames), cuts)) decoder.push(piece);
      t.deepEqual(got, frames.map((frame) => Buffer.from(frame)));
    }),
    { numRuns: 300 },
  );
});

test('a frame that is not lent stays as it is while more is read into the same memory', (t) => {
  const frames = [Buffer.alloc(100, 1), Buffer.alloc(100, 2), Buffer.alloc(100, 3)];
  const stream = encoded(frames);
  const shared = Buffer.alloc(70);
  const kept: Buffer[] = [];
  const decoder = new FrameDecoder(600, (frame, isLent) => kept.push(isLent ? Buffer.from(frame) : frame));
  for (let at = 0; at < stream.length; at += shared.length) decoder.push(shared.subarray(0, stream.copy(shared, 0, at, at + shared.length)));
  t.deepEqual(kept, frames);
});

test('garbage gives frames within the limit, or one coded error', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (garbage, cuts) => {
      const decoder = new FrameDecoder(300, (frame) => t.true(frame.length > 0 && frame.length <= 300));
      try {
        for (const piece of pieces(Buffer.from(garbage), cuts)) decoder.push(piece);
      } catch (error) {
        t.true(error instanceof LinkError && error.code === 'bad-frame');
      }
    }),
    { numRuns: 300 },
  );
});

test('empty and over-long frames are refused before their bytes come', (t) => {
  for (const header of [frameHeader(0), frameHeader(601), frameHeader(2 ** 32 - 1)]) {
    const decoder = new FrameDecoder(600, () => t.fail());
    t.is(t.throws(() => decoder.push(header), { instanceOf: LinkError })?.code, 'bad-frame');
  }
});

test('an announced length takes no memory before its bytes come', (t) => {
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: 100 }, () => new FrameDecoder(8 * 1024 * 1024, () => t.fail()));
  for (const decoder of decoders) decoder.push(Buffer.concat([frameHeader(8 * 1024 * 1024), Buffer.alloc(10)]));
  t.true(process.memoryUsage().arrayBuffers - before < 40 * 1024 * 1024);
});

test('a limit that is raised while a frame is handed out counts for the next one', (t) => {
  const sizes: number[] = [];
  const decoder: FrameDecoder = new FrameDecoder(10, (frame) => {
    sizes.push(frame.length);
    decoder.bytesMax = 100;
  });
  decoder.push(encoded([Buffer.alloc(10), Buffer.alloc(100)]));
  t.deepEqual(sizes, [10, 100]);
});

test('nothing comes out of a decoder that was stopped', (t) => {
  let frames = 0;
  const decoder: FrameDecoder = new FrameDecoder(10, () => {
    frames++;
    decoder.stop();
  });
  decoder.push(encoded([Buffer.alloc(5), Buffer.alloc(5), Buffer.alloc(0)]));
  decoder.push(encoded([Buffer.alloc(5)]));
  t.is(frames, 1);
});

function encoded(frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat(frames.flatMap((frame) => [frameHeader(frame.length), frame]));
}

function* pieces(stream: Buffer, cuts: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < stream.length; i++) {
    const length = cuts[i % cuts.length]!;
    yield stream.subarray(at, at + length);
    at += length;
  }
}
