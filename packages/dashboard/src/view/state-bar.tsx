import type { Headline } from '../model/headline.js';
import type { Source } from '../net/connection.js';

/** Name, state of the whole in one line, from where it is seen, and what to do. */
export function StateBar({ line, source }: { readonly line: Headline; readonly source: Source }) {
  const { tone, text, advice, seen } = line;
  return (
    <header class={`state-bar ${tone}`}>
      <p class="brand">
        <StateSign tone={tone} />
        <span>Coring</span>
      </p>
      <div class="state" role="status" aria-live="polite">
        <h1>{text}</h1>
      </div>
      <p class={`source ${source.state}`}>
        <span class="lamp" />
        {source.state}
        <span class="address">{source.address}</span>
      </p>
      {seen !== undefined && (
        <p class="seen" role="status">
          {seen}
        </p>
      )}
      {advice !== undefined && <p class="advice">{advice}</p>}
    </header>
  );
}

/** The state as a shape: a ring that is closed, has a gap, is in two parts, or is not known. */
function StateSign({ tone }: { readonly tone: Headline['tone'] }) {
  const turn = 2 * Math.PI * 9;
  const dashes = { whole: undefined, degraded: `${turn * 0.78} ${turn * 0.22}`, split: `${turn * 0.36} ${turn * 0.14}`, unknown: '2 4' }[tone];
  return (
    <svg class="sign" width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
      <circle cx="13" cy="13" r="9" fill="none" stroke-width="4" stroke-dasharray={dashes} />
    </svg>
  );
}
