import { type Files, type OpenFile, unlessCode } from './files.js';
import type { JournalLengths } from './journal.js';
import type { KeptIndex } from './kept.js';
import type { Layout } from './layout.js';
import { lostContents } from './open.js';
import { readJournal } from './read-journal.js';
import type { Records } from './records.js';
import { sweep } from './sweep.js';

/**
 * Fills records and index from the journal, cuts off and sweeps what a crash left, and gives the journal ready for appending.
 * @throws StoreError `lost-contents`, `damaged`
 */
export async function restore(
  layout: Layout,
  nodeId: string,
  records: Records,
  kept: KeptIndex,
  files: Files,
): Promise<{ file: OpenFile; lengths: JournalLengths; folders: Set<string> }> {
  const file = await files.open(layout.journal, 'update').catch(unlessCode('ENOENT'));
  if (file === undefined) throw lostContents(layout.dir, 'the journal is missing');
  try {
    const { header, size, entries } = await readJournal(file, (entry) => {
      switch (entry[0]) {
        case 'put':
          return records.put(entry[1], entry[2], JSON.stringify(entry[3]));
        case 'delete':
          return records.delete(entry[1], entry[2]);
        case 'keep':
          return kept.add(entry[1], { time: entry[2], node: entry[3] }, entry[4]);
        case 'drop':
          return kept.remove(entry[1], { time: entry[2], node: entry[3] });
      }
    });
    if (header?.nodeId !== nodeId) throw lostContents(layout.dir, 'the journal is not that of the node in coring.json');
    await files.remove(layout.newJournal).catch(unlessCode('ENOENT'));
    const folders = await sweep(layout, kept, files);
    const live = records.size + kept.size;
    return { file, lengths: { size, rewrittenSize: entries === 0 ? size : Math.ceil((size * live) / entries) }, folders };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}
