import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { failureInWords } from '../model/failure.js';
import { freshKey } from '../net/files.js';
import { useFocusBack } from './focus-back.js';

interface DialogProps {
  readonly title: string;
  /** The file that it is about. */
  readonly name: string;
  readonly yes: string;
  readonly no: string;
  /** Address of the node that is asked to do it. */
  readonly at: string;
  /** What becomes of the file. */
  readonly children: ComponentChildren;
  /** Does it; the key makes one change of all that is sent again. */
  act(key: string): unknown;
  onDone(isDone: boolean): void;
}

/** A question about a file that has to be answered first. Escape answers no. */
export function Dialog({ title, name, yes, no, at, children, act, onDone }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useFocusBack(() => dialog.current?.showModal());
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [key] = useState(freshKey);

  async function go(): Promise<void> {
    setBusy(true);
    try {
      await act(key);
      onDone(true);
    } catch (error) {
      setFault(failureInWords(error, at));
      setBusy(false);
    }
  }

  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onDone(false);
      }}
    >
      <h2>{title}</h2>
      <p class="filename">{name}</p>
      {children}
      {fault !== '' && (
        <p class="fault" role="alert">
          Not done: {fault}.
        </p>
      )}
      <p class="actions">
        <button type="button" class="danger solid" onClick={() => void go()} disabled={isBusy}>
          {yes}
        </button>
        <button type="button" autoFocus onClick={() => onDone(false)}>
          {no}
        </button>
      </p>
    </dialog>
  );
}
