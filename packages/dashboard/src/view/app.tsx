import { useEffect, useState } from 'preact/hooks';
import type { Files } from '../files.js';
import type { Live } from '../live.js';
import { headline } from '../model/headline.js';
import { nodeOf, present } from '../model/picture.js';
import type { Uploads } from '../net/uploads.js';
import { DropZone } from './drop-zone.js';
import { DeleteDialog } from './files/delete-dialog.js';
import { FileDetails } from './files/file-details.js';
import { FilesPanel } from './files/files-panel.js';
import { Journal } from './journal.js';
import { NodeDetails } from './node-details.js';
import { NodesTable } from './nodes-table.js';
import { type Held, RingPicture } from './ring/ring-picture.js';
import { StateBar } from './state-bar.js';
import { ReplaceDialog, UploadList } from './uploads.js';

interface AppProps {
  readonly live: Live;
  readonly files: Files;
  readonly uploads: Uploads;
  /** What was finished last, to be read out. */
  readonly said: string;
}

type Selection = { readonly kind: 'node'; readonly nodeId: string } | { readonly kind: 'file'; readonly name: string };

/** Ages of files are looked at anew so often, in milliseconds. */
const AGES_MS = 10_000;

export function App({ live, files, uploads, said }: AppProps) {
  const [selection, setSelection] = useState<Selection>();
  const [held, setHeld] = useState<Held>();
  const [deleting, setDeleting] = useState<string>();
  const nowMs = useNow(AGES_MS);
  const { picture, source } = live;
  const nodes = present(picture.ring);
  const name = selection?.kind === 'file' ? selection.name : undefined;
  const file = name === undefined ? undefined : files.list.files.find((one) => one.name === name);
  const node = selection?.kind === 'node' ? nodeOf(picture.ring, selection.nodeId) : undefined;
  const question = uploads.questions.now;
  const close = (): void => setSelection(undefined);
  const selectFile = (name: string): void => setSelection({ kind: 'file', name });
  const selectNode = (nodeId: string): void => setSelection(selection?.kind === 'node' && selection.nodeId === nodeId ? undefined : { kind: 'node', nodeId });

  return (
    <>
      <a class="skip" href="#files">
        To the files
      </a>
      <StateBar line={headline(picture, source)} source={source} />
      <main>
        <div class="ring-side">
          <section class="ring" aria-label="The ring">
            <RingPicture picture={picture} selected={node?.nodeId} held={held?.name === name ? held : undefined} onSelect={selectNode} watch={(watcher) => live.watch(watcher)} />
            <NodesTable picture={picture} onSelect={selectNode} />
          </section>
          <Journal lines={picture.journal} />
        </div>
        <div class="files-side">
          <UploadList uploads={uploads} />
          <FilesPanel files={files} nodes={nodes} source={source} selected={name} nowMs={nowMs} onSelect={selectFile} onDelete={setDeleting} onUpload={(dropped) => uploads.add(dropped)} />
          {node !== undefined && <NodeDetails picture={picture} node={node} home={source.home} onClose={close} />}
          {file !== undefined && <FileDetails key={file.name} file={file} known={files.known.get(file.name)} nodes={nodes} source={source} onHeld={(ids) => setHeld({ name: file.name, nodes: new Set(ids) })} onDelete={setDeleting} onClose={close} />}
        </div>
      </main>
      <p class="hidden" role="status" aria-live="polite">
        {said}
      </p>
      <DropZone onDrop={(dropped) => uploads.add(dropped)} />
      {deleting !== undefined && (
        <DeleteDialog
          name={deleting}
          known={files.known.get(deleting)}
          source={source}
          onDone={(isDeleted) => {
            setDeleting(undefined);
            if (isDeleted && deleting === name) close();
          }}
        />
      )}
      {question !== undefined && <ReplaceDialog key={question.question.name} {...question} uploads={uploads} />}
    </>
  );
}

function useNow(everyMs: number): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
