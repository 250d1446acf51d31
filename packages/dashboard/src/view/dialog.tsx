import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useFocusBack } from './focus-back.js';

/** A question that has to be answered first. Escape answers no. */
export function Dialog({ title, onCancel, children }: { readonly title: string; onCancel(): void; readonly children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useFocusBack(() => dialog.current?.showModal());
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}
