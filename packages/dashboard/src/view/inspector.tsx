import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useFocusBack } from './focus-back.js';

interface InspectorProps {
  readonly title: string;
  readonly note?: string;
  onClose(): void;
  readonly children: ComponentChildren;
}

/** What has been chosen, node or file, looked at closely. It takes the focus, and gives it back. */
export function Inspector({ title, note, onClose, children }: InspectorProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusBack(() => heading.current?.focus({ preventScroll: true }));
  return (
    <section class="inspector" aria-label={title} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header>
        <h2 tabIndex={-1} ref={heading}>
          {title}
        </h2>
        {note && <span class="note">{note}</span>}
        <button type="button" class="quiet" onClick={onClose} aria-label="Close">
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path d="M2 2L12 12M12 2L2 12" />
          </svg>
        </button>
      </header>
      <div class="content">{children}</div>
    </section>
  );
}
