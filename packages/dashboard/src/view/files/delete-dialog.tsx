import { useState } from 'preact/hooks';
import type { Known } from '../../files.js';
import { Failure, failureInWords } from '../../model/failure.js';
import type { Source } from '../../net/connection.js';
import { deleteFile, freshKey } from '../../net/files.js';
import { Dialog } from '../dialog.js';

interface DeleteDialogProps {
  readonly name: string;
  readonly known: Known | undefined;
  readonly source: Source;
  onDone(isDeleted: boolean): void;
}

/** Asks once, then deletes. */
export function DeleteDialog({ name, known, source, onDone }: DeleteDialogProps) {
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [key] = useState(freshKey);
  const conflicts = known?.receipt.conflicts ?? 0;

  async function remove(): Promise<void> {
    setBusy(true);
    try {
      await deleteFile(source.base, name, key);
      onDone(true);
    } catch (error) {
      // Somebody else has deleted it: that is what was asked for.
      if (error instanceof Failure && error.status === 404) return onDone(true);
      setFault(failureInWords(error, source.address));
      setBusy(false);
    }
  }

  return (
    <Dialog title="Delete this file?" onCancel={() => onDone(false)}>
      <p class="filename">{name}</p>
      <p>
        All its copies go, on every node{conflicts > 0 ? `, and the ${conflicts === 1 ? 'conflict copy' : `${conflicts} conflict copies`} beside it` : ''}. This cannot be undone.
      </p>
      {fault !== '' && (
        <p class="fault" role="alert">
          Not deleted: {fault}.
        </p>
      )}
      <p class="actions">
        <button type="button" class="danger solid" onClick={() => void remove()} disabled={isBusy}>
          Delete
        </button>
        <button type="button" autoFocus onClick={() => onDone(false)}>
          Keep it
        </button>
      </p>
    </Dialog>
  );
}
