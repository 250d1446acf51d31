import { bytesInWords, filePath, type ListedFile, type RingNode } from '@coring/protocol';
import { useEffect, useState } from 'preact/hooks';
import { etagOf, type Known } from '../../files.js';
import { failureInWords } from '../../model/failure.js';
import { type Counted, holdersOf } from '../../model/holders.js';
import { safetyLine } from '../../model/safety-line.js';
import type { Source } from '../../net/connection.js';
import { countCopies } from '../../net/files.js';
import { clock } from '../clock.js';
import { Facts } from '../facts.js';
import { Inspector } from '../inspector.js';
import { ConflictCopies } from './conflict-copies.js';
import { CopiesTable } from './copies-table.js';

interface FileDetailsProps {
  readonly file: ListedFile;
  readonly known: Known | undefined;
  readonly nodes: readonly RingNode[];
  readonly source: Source;
  /** The nodes that have it, whenever more is known of that. */
  onHeld(nodes: readonly string[]): void;
  onDelete(name: string): void;
  onClose(): void;
}

/** Larger ones are read at every holder only when that is asked for, in bytes. */
const READ_AT_ONCE_MAX = 16_000_000;

/** Where a file is, and whether it is safe: what the ring says, and what a look at every copy finds. */
export function FileDetails({ file, known, nodes, source, onHeld, onDelete, onClose }: FileDetailsProps) {
  const { name, size, version } = file;
  const [counted, setCounted] = useState<Counted>();
  const [fault, setFault] = useState('');
  const [wanted, setWanted] = useState(size <= READ_AT_ONCE_MAX ? 1 : 0);
  const [isReading, setReading] = useState(false);
  const receipt = known?.receipt;
  // Read anew when it is another version, or its holders have changed.
  const what = `${version} ${receipt?.nodes.toSorted().join() ?? ''} ${wanted}`;

  useEffect(() => {
    setCounted(undefined);
    if (wanted === 0 || receipt === undefined) return undefined;
    const abort = new AbortController();
    setReading(true);
    countCopies(source.base, name, abort.signal)
      .then((found) => {
        setCounted(found);
        setFault('');
        setReading(false);
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        setFault(failureInWords(error, source.address));
        setReading(false);
      });
    return () => abort.abort();
  }, [what]);

  const holders = holdersOf(receipt, counted);
  useEffect(() => onHeld(holders), [what, counted]);

  const safety = safetyLine(receipt, counted);
  const url = source.base + filePath(name);
  const facts = [
    ['Size', `${bytesInWords(size)}${size < 1000 ? '' : `, ${size} bytes`}`],
    ['Type', file.type || undefined],
    ['Modified', new Date(file.modified).toLocaleString()],
    ['Version', version],
    ['sha-256', etagOf(file, known).replaceAll('"', '') || undefined],
    ['Receipt', receipt && `${receipt.copies}/${receipt.wanted} copies, ${receipt.grade}, ring ${receipt.state}, epoch ${receipt.epoch}, ${receipt.hops} hops; ${clock(known!.atMs)}`],
  ] as const;
  return (
    <Inspector title={name} onClose={onClose}>
      <p class={`safety ${safety?.isSafe === true ? 'safe' : 'unsure'}`} role="status">
        {safety?.text ?? 'Asking where it is …'}
        {isReading && ' Reading every copy …'}
      </p>
      {fault !== '' && <p class="fault">The copies could not be read: {fault}</p>}
      <CopiesTable nodes={nodes} holders={holders} counted={counted} />
      <Facts facts={facts} />
      <ConflictCopies name={name} version={version} etag={etagOf(file, known)} count={receipt?.conflicts ?? 0} source={source} />
      <p class="actions">
        <a class="button primary" href={url} download={name.slice(name.lastIndexOf('/') + 1)}>
          Download
        </a>
        <button type="button" onClick={() => setWanted(wanted + 1)} disabled={isReading}>
          Read every copy {counted === undefined ? 'now' : 'again'}
        </button>
        <button type="button" class="danger" onClick={() => onDelete(name)}>
          Delete …
        </button>
      </p>
    </Inspector>
  );
}
