import { countOf, type RingNode } from '@coring/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Files } from '../../files.js';
import { matching } from '../../model/file-list.js';
import type { Source } from '../../net/connection.js';
import { chosenFiles, type Dropped } from '../../net/dropped.js';
import { FileTable } from './file-table.js';

interface FilesPanelProps {
  readonly files: Files;
  readonly nodes: readonly RingNode[];
  readonly source: Source;
  readonly selected: string | undefined;
  readonly nowMs: number;
  onSelect(name: string): void;
  onDelete(name: string): void;
  onUpload(dropped: readonly Dropped[]): void;
}

/** How long the search waits for the next letter, in milliseconds. */
const PAUSE_MS = 250;

/** The files of the ring: search, upload, list. */
export function FilesPanel({ files, nodes, source, selected, nowMs, onSelect, onDelete, onUpload }: FilesPanelProps) {
  const [text, setText] = useState('');
  const { list, state, fault } = files;
  // Where all names are here they are looked through; else the ring is asked for those that begin so.
  const isWhole = list.prefix === '' && list.next === undefined;
  const shown = isWhole ? matching(list.files, text) : list.files;

  useEffect(() => {
    if (isWhole || text === list.prefix) return undefined;
    const timer = setTimeout(() => void files.load(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <section class="files" aria-label="Files" id="files">
      <header>
        <h2>
          Files <span class="note">{countInWords(shown.length, list.next !== undefined)}</span>
        </h2>
        <UploadButtons onUpload={onUpload} />
      </header>
      <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
        <input type="search" aria-label="Search for files" placeholder={isWhole ? 'has in its name …' : 'begins with …'} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </form>
      {fault !== '' && (
        <p class="fault" role="alert">
          The list could not be had: {fault}.
        </p>
      )}
      {list.partial && <p class="fault">Parts of the ring do not answer: names may be missing.</p>}
      {shown.length === 0 ? (
        <p class="nothing">{state === 'loading' ? 'Asking for the list …' : text === '' ? 'No files yet. Drop some anywhere on this page, or choose them with the button.' : 'No file is called so.'}</p>
      ) : (
        <FileTable
          // What is found is seen from its beginning.
          key={isWhole ? text : list.prefix}
          files={shown}
          known={files.known}
          nodes={nodes}
          base={source.base}
          selected={selected}
          hasMore={list.next !== undefined}
          nowMs={nowMs}
          onSelect={onSelect}
          onDelete={onDelete}
          onShow={(names) => files.show(names)}
          onEnd={() => void files.loadMore()}
        />
      )}
    </section>
  );
}

function countInWords(count: number, hasMore: boolean): string {
  return hasMore ? `the first ${count}` : count === 0 ? '' : countOf(count, 'file');
}

function UploadButtons({ onUpload }: Pick<FilesPanelProps, 'onUpload'>) {
  const some = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    onUpload(chosenFiles(input.files ?? []));
    // The same may be chosen again.
    input.value = '';
  };
  useEffect(() => folder.current?.setAttribute('webkitdirectory', ''), []);
  return (
    <p class="actions">
      <input ref={some} type="file" multiple hidden aria-label="Files to upload" onChange={(event) => take(event.currentTarget)} />
      <input ref={folder} type="file" hidden aria-label="Folder to upload" onChange={(event) => take(event.currentTarget)} />
      <button type="button" onClick={() => folder.current?.click()}>
        Upload a folder
      </button>
      <button type="button" class="primary" onClick={() => some.current?.click()}>
        Upload files
      </button>
    </p>
  );
}
