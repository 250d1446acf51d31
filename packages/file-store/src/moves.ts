import type { Stamp } from '@coring/protocol';
import { contentHash } from './digest.js';
import { type Files, unlessCode } from './files.js';
import type { KeptIndex } from './kept.js';
import { bytesPlace, type Layout } from './layout.js';
import type { Upload } from './upload.js';

/** A change of bytes whose upload is known. */
export type BytesChange =
  | { readonly do: 'keep'; readonly name: string; readonly version: Stamp; readonly upload: Upload }
  | { readonly do: 'drop'; readonly name: string; readonly version: Stamp }
  | { readonly do: 'discard'; readonly upload: Upload };

/** What a batch of changes comes to, on disk, around the sync of the journal. */
export interface Moves {
  /** Uploads to put in their places before the journal names them: bytes without an entry are swept, an entry without bytes would be a lie. */
  readonly before: readonly Move[];
  /** Uploads that replace bytes already kept, which the journal names either way: after it. */
  readonly after: readonly Move[];
  /** Paths that no entry needs any more once the journal is synced. */
  readonly remove: readonly string[];
}

export const noMoves: Moves = { before: [], after: [], remove: [] };

interface Move {
  readonly upload: Upload;
  readonly from: string;
  readonly folder: string;
  readonly path: string;
}

export function planMoves(changes: readonly BytesChange[], kept: KeptIndex, layout: Layout): Moves {
  const last = new Map<string, { readonly isKept: boolean; upload: Upload | undefined }>();
  const remove: string[] = [];
  for (const change of changes) {
    if (change.do === 'discard') {
      if (change.upload.path !== undefined) remove.push(change.upload.path);
      continue;
    }
    const hash = contentHash(change.name, change.version);
    const place = last.get(hash) ?? { isKept: kept.sizeOf(change.name, change.version) !== undefined, upload: undefined };
    last.set(hash, place);
    if (place.upload?.path !== undefined) remove.push(place.upload.path);
    place.upload = change.do === 'keep' ? change.upload : undefined;
  }
  const before: Move[] = [];
  const after: Move[] = [];
  for (const [hash, { isKept, upload }] of last) {
    const { folder, path } = bytesPlace(layout, hash);
    if (upload !== undefined) (isKept ? after : before).push({ upload, from: upload.path!, folder, path });
    else if (isKept) remove.push(path);
  }
  return { before, after, remove };
}

/** Moves uploads into their places, durably; what was moved is moved back where that fails. `folders` are those known to exist. */
export async function moveIn(moves: readonly Move[], files: Files, layout: Layout, folders: Set<string>): Promise<void> {
  const missing = new Set(moves.map(({ folder }) => folder).filter((folder) => !folders.has(folder)));
  for (const folder of missing) await files.makeFolder(folder).catch(unlessCode('EEXIST'));
  if (missing.size > 0) await files.syncFolder(layout.bytes);
  for (const folder of missing) folders.add(folder);
  try {
    for (const { upload, from, path } of moves) {
      await files.rename(from, path);
      // Who reads it by its token meanwhile finds it.
      upload.path = path;
    }
    await Promise.all(Array.from(new Set(moves.map(({ folder }) => folder)), (folder) => files.syncFolder(folder)));
  } catch (cause) {
    await moveBack(moves, files);
    throw cause;
  }
}

/** As far as it goes: what stays is swept at the next start, since no entry names it. */
export async function moveBack(moves: readonly Move[], files: Files): Promise<void> {
  for (const { upload, from, path } of moves) {
    if (upload.path !== path) continue;
    upload.path = from;
    await files.rename(path, from).catch(() => {});
  }
}

/** Puts uploads in the place of bytes that are kept already: whoever reads after the commit finds them. Where that fails the old ones stay. */
export async function moveOver(moves: readonly Move[], files: Files): Promise<void> {
  for (const { from, path } of moves) await files.rename(from, path).catch(() => {});
  await Promise.all(Array.from(new Set(moves.map(({ folder }) => folder)), (folder) => files.syncFolder(folder).catch(() => {})));
}

/** Does what may be done late or, after a crash, by the sweep at the next start. */
export async function tidyUp({ remove }: Moves, files: Files): Promise<void> {
  for (const path of remove) await files.remove(path).catch(() => {});
}
