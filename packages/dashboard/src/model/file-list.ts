import { compareUtf8, type EventAt, type ListBody, type ListedFile } from '@coring/protocol';

/** The names that begin with `prefix`, as far as they have been asked for, in the ring's order of names. */
export interface FileList {
  readonly prefix: string;
  readonly files: readonly ListedFile[];
  /** Ask on after this name; absent when all are here. */
  readonly next?: string | undefined;
  /** Some parts of the ring had no majority: names may be missing. */
  readonly partial: boolean;
}

export function firstPage(prefix: string, { files, next, partial }: ListBody): FileList {
  return { prefix, files, partial: partial === true, next };
}

/** The list with the page that follows it. */
export function withPage(list: FileList, page: ListBody): FileList {
  const last = list.files.at(-1)?.name;
  const more = last === undefined ? page.files : page.files.filter(({ name }) => compareUtf8(name, last) > 0);
  return { ...firstPage(list.prefix, page), files: [...list.files, ...more], partial: list.partial || page.partial === true };
}

/** The list after what has happened; the same list where that does not concern it. */
export function withFileEvent(list: FileList, event: EventAt): FileList {
  if (event.type === 'deleted') {
    const files = list.files.filter(({ name }) => name !== event.name);
    return files.length === list.files.length ? list : { ...list, files };
  }
  if (event.type !== 'put' || !event.name.startsWith(list.prefix)) return list;
  // What lies behind the part that is here comes with its page.
  if (list.next !== undefined && compareUtf8(event.name, list.next) > 0) return list;
  const i = place(list.files, event.name);
  const known = list.files[i];
  const told = { size: event.size, version: event.version, modified: new Date(event.timeMs).toISOString() };
  if (known?.name !== event.name) return { ...list, files: list.files.toSpliced(i, 0, { name: event.name, type: '', etag: '', ...told }) };
  return known.version === event.version ? list : { ...list, files: list.files.with(i, { ...known, ...told, etag: '' }) };
}

/** The files whose names have the text in them, wherever; upper and lower case are one. */
export function matching(files: readonly ListedFile[], text: string): readonly ListedFile[] {
  const sought = text.toLocaleLowerCase();
  return sought === '' ? files : files.filter(({ name }) => name.toLocaleLowerCase().includes(sought));
}

/** Where the name stands, or would stand. */
function place(files: readonly ListedFile[], name: string): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareUtf8(files[middle]!.name, name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
