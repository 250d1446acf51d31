import { resolve as resolvePath } from 'node:path';
import { diskError } from './error.js';
import type { Files } from './files.js';
import { textOf } from './index/key.js';
import { layoutOf } from './layout.js';
import { CHECKSUM_BYTES, type Location } from './log/entry.js';
import { soundBytes } from './log/read-segment.js';
import { SEGMENT_HEADER_BYTES } from './log/segment-header.js';
import { Segments } from './log/segments.js';
import { lookBehind } from './log/tail.js';
import { nodeFiles } from './node-files.js';
import { nodeIdOf } from './open.js';

/**
 * What can be read of the records of a space in a directory whose log is damaged: each as it was last in what is sound, though it may have been
 * another in what is not. Good for hints, and for nothing that was promised.
 * @throws StoreError `lost-contents`, `disk-failed`
 */
export async function readRemains(dir: string, space: string, files: Files = nodeFiles): Promise<{ readonly nodeId: string; readonly records: readonly [key: string, value: unknown][] }> {
  const layout = layoutOf(resolvePath(dir));
  const segments = new Segments(files, layout.log, '');
  try {
    const found = new Map<string, Location>();
    for (const segment of await segments.list()) await gather(segments, segment, space, found);
    const records: [string, unknown][] = [];
    for (const [key, { segment, offset, length }] of found) {
      const json = soundBytes(await segments.read(segment, offset, CHECKSUM_BYTES + length), length);
      if (json !== undefined) records.push([key, JSON.parse(json.toString()) as unknown]);
    }
    return { nodeId: await nodeIdOf(layout, files), records };
  } catch (cause) {
    throw diskError(cause, `read what is left in ${layout.dir}`);
  } finally {
    await segments.close();
  }
}

async function gather(segments: Segments, segment: number, space: string, found: Map<string, Location>): Promise<void> {
  for (let at = SEGMENT_HEADER_BYTES; ; ) {
    const { frame } = await lookBehind(segments, segment, at);
    if (frame === undefined) return;
    for (const entry of frame.entries) {
      if (entry.do === 'put' && entry.space === space) found.set(textOf(entry.key.bytes), entry.at);
      if (entry.do === 'delete' && entry.space === space) found.delete(textOf(entry.key.bytes));
    }
    at = frame.offset + frame.header.frameLength;
  }
}
