import { bytesInWords, type ConflictsBody } from '@coring/protocol';
import { useEffect, useState } from 'preact/hooks';
import type { Source } from '../../net/connection.js';
import { conflictsOf, keepVersion, versionUrl } from '../../net/files.js';
import { Dialog } from '../dialog.js';

interface ConflictCopiesProps {
  readonly name: string;
  /** The version that has the name, and its quoted digest. */
  readonly version: string;
  readonly etag: string;
  /** How many the file is said to have: where that changes they are asked for anew. */
  readonly count: number;
  readonly source: Source;
}

/** What is kept beside a file: to be got, or to be kept in its place. */
export function ConflictCopies({ name, version, etag, count, source }: ConflictCopiesProps) {
  const [copies, setCopies] = useState<ConflictsBody['conflicts']>([]);
  const [keeping, setKeeping] = useState<string>();
  useEffect(() => {
    if (count === 0) return setCopies([]);
    conflictsOf(source.base, name).then(
      (body) => setCopies(body.conflicts),
      () => undefined,
    );
  }, [version, count]);
  if (copies.length === 0) return null;
  const keepButton = (kept: string, words: string) => (
    <button type="button" onClick={() => setKeeping(kept)}>
      {words}
    </button>
  );
  return (
    <>
      <h3>Conflict copies, written on the other side of a split</h3>
      <ul class="beside">
        {copies.map((copy) => (
          <li key={copy.version}>
            <a href={versionUrl(source.base, name, copy.version)} download={name.slice(name.lastIndexOf('/') + 1)}>
              {bytesInWords(copy.size)}, {new Date(copy.modified).toLocaleString()}
            </a>
            <span class="version">{copy.version}</span>
            {keepButton(copy.version, 'Keep this one …')}
          </li>
        ))}
        <li>{keepButton(version, 'Keep the file as it is …')}</li>
      </ul>
      {keeping !== undefined && (
        <Dialog title="Keep this version?" name={name} yes="Keep it" no="Not now" at={source.address} act={(key) => keepVersion(source.base, name, keeping, etag, key, copies)} onDone={() => setKeeping(undefined)}>
          <p>All other versions go, on every node. This cannot be undone.</p>
        </Dialog>
      )}
    </>
  );
}
