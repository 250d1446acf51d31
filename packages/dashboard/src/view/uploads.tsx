import { bytesInWords, countOf } from '@coring/protocol';
import { useState } from 'preact/hooks';
import { ageInWords } from '../model/age.js';
import type { Question } from '../net/questions.js';
import { isOver, type Upload, uploadInWords, type Uploads } from '../net/uploads.js';
import { Dialog } from './dialog.js';

/** Lines shown; of more, the number is told. */
const SHOWN_MAX = 50;

/** What is being sent, and what has become of it. */
export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  const { list } = uploads;
  if (list.length === 0) return null;
  const over = list.filter(isOver);
  const ranked = [...list].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  return (
    <section class="uploads" aria-label="Uploads">
      <header>
        <h2>
          Uploads <span class="note">{over.length === list.length ? countOf(over.length, 'file') : `${over.length} of ${countOf(list.length, 'file')}`}</span>
        </h2>
        {over.length > 0 && (
          <button type="button" class="quiet" onClick={() => uploads.clear()}>
            Clear what is over
          </button>
        )}
      </header>
      <ul>
        {ranked.slice(0, SHOWN_MAX).map((upload) => (
          <li key={upload.id} class={upload.state}>
            <span class="name">{upload.name}</span>
            {!isOver(upload) && <progress max={Math.max(1, upload.size)} value={upload.sentBytes} aria-label={`${upload.name}, sent`} />}
            <span class="said">
              {uploadInWords(upload)}
              {upload.note !== '' && upload.state !== 'failed' && upload.state !== 'left' && <span class="note">{upload.note}</span>}
            </span>
            {!isOver(upload) && (
              <button type="button" class="quiet" onClick={() => uploads.cancel(upload.id)} aria-label={`Cancel ${upload.name}`}>
                Cancel
              </button>
            )}
          </li>
        ))}
        {ranked.length > SHOWN_MAX && <li class="more">and {ranked.length - SHOWN_MAX} more</li>}
      </ul>
    </section>
  );
}

/** What needs to be seen comes first. */
function rank({ state }: Upload): number {
  return { failed: 0, sending: 1, asking: 1, waiting: 2, left: 3, cancelled: 3, done: 3 }[state];
}

/** There is a file of that name: shall it be replaced? */
export function ReplaceDialog({ question, behind, uploads }: { readonly question: Question; readonly behind: number; readonly uploads: Uploads }) {
  const [all, setAll] = useState(false);
  const { name, size, there } = question;
  return (
    <Dialog title="There is a file of this name" name={name} yes="Replace it" no="Leave it as it is" at="" act={() => {}} onDone={(isDone) => uploads.questions.answer(isDone ? 'replace' : 'leave', all)}>
      <p>
        The one that is there has {bytesInWords(there.size)}, of {ageOf(there.modified)}; the new one has {bytesInWords(size)}.
      </p>
      <label class="check">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
        The same for all others{behind > 0 ? `, ${behind} of which wait` : ''}
      </label>
    </Dialog>
  );
}

function ageOf(modified: string): string {
  const age = ageInWords(modified, Date.now());
  return age === 'now' ? 'just now' : `${age} ago`;
}
