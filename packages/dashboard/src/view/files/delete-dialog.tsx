import { countOf } from '@coring/protocol';
import type { Known } from '../../files.js';
import { Failure } from '../../model/failure.js';
import type { Source } from '../../net/connection.js';
import { conflictsOf, deleteFile } from '../../net/files.js';
import { Dialog } from '../dialog.js';

interface DeleteDialogProps {
  readonly name: string;
  readonly known: Known | undefined;
  readonly source: Source;
  onDone(isDeleted: boolean): void;
}

/** Deletes a file, and what is kept beside it. */
export function DeleteDialog({ name, known, source, onDone }: DeleteDialogProps) {
  const conflicts = known?.receipt.conflicts ?? 0;

  async function remove(key: string): Promise<void> {
    try {
      const beside = conflicts === 0 ? [] : (await conflictsOf(source.base, name)).conflicts;
      await deleteFile(source.base, name, key, beside);
    } catch (error) {
      // Somebody else has deleted it: that is what was asked for.
      if (!(error instanceof Failure && error.status === 404)) throw error;
    }
  }

  return (
    <Dialog title="Delete this file?" name={name} yes="Delete" no="Keep it" at={source.address} act={remove} onDone={onDone}>
      <p>All its copies go{conflicts > 0 && `, and ${countOf(conflicts, 'conflict copy', 'conflict copies')}`}, on every node. This cannot be undone.</p>
    </Dialog>
  );
}
