export interface Dropped {
  /** As the ring shall name it: folders and all. */
  readonly name: string;
  readonly file: File;
  /** Why it cannot be read. */
  readonly fault?: string;
}

/** The files of a drop, those in folders with them. */
export async function droppedFiles(items: DataTransferItemList): Promise<Dropped[]> {
  // They are gone from the list after the first wait.
  const found = [...items].map(async (item) => {
    const entry = item.webkitGetAsEntry();
    return entry === null ? chosenFiles([item.getAsFile()].filter((file) => file !== null)) : readable(entry, '');
  });
  return (await Promise.all(found)).flat();
}

/** The files that were chosen in a dialog, with the folder that was chosen. */
export function chosenFiles(files: Iterable<File>): Dropped[] {
  return [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

/** One that cannot be read, such as a link to nowhere in a folder, keeps none of the others back. */
function readable(entry: FileSystemEntry, folder: string): Promise<Dropped[]> {
  return filesOf(entry, folder).catch((error: unknown) => [{ name: folder + entry.name, file: new File([], entry.name), fault: `it cannot be read (${(error as Error).name})` }]);
}

async function filesOf(entry: FileSystemEntry, folder: string): Promise<Dropped[]> {
  const name = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ name, file }];
  }
  const found: Dropped[] = [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // Some at a time, none at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const one of entries) found.push(...(await readable(one, `${name}/`)));
  }
}
