import type { JournalLine } from '@coring/protocol';
import { clock } from './clock.js';

const words = { good: 'good', care: 'attention', bad: 'trouble' } as const;

/** What happened, newest first. */
export function Journal({ lines }: { readonly lines: readonly JournalLine[] }) {
  return (
    <section class="journal" aria-label="Journal">
      <h2>Journal</h2>
      {lines.length === 0 ? (
        <p class="nothing">Nothing has happened since this page was opened.</p>
      ) : (
        <ol tabIndex={0} aria-label="Journal">
          {lines.map(({ id, atMs, text, weight, by }) => (
            <li key={id} class={weight}>
              <time dateTime={new Date(atMs).toISOString()}>{clock(atMs)}</time>
              <span class="weight" {...(weight === 'plain' ? {} : { role: 'img', 'aria-label': words[weight] })} />
              <span class="text">
                {text}
                {by.size > 1 && <span class="by">, say {by.size} nodes</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
