import { sayJson } from '../screen.js';
import { mergesInWords } from '../text/merges-in-words.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

/** Prints the merge report page by page, newest first; as JSON one merge, or one time that nodes came back, a line. */
export async function merges({ client, screen }: Context, name: string | undefined): Promise<void> {
  const ring = await client.ring();
  const unanswered = new Set<string>();
  let before: string | undefined;
  let isEmpty = true;
  do {
    const page = await client.mergesPage({ ...(name === undefined ? {} : { name }), ...(before === undefined ? {} : { before }) });
    for (const node of page.unanswered) unanswered.add(node);
    isEmpty &&= page.heals.length + page.merges.length === 0;
    if (screen.json) {
      for (const heal of page.heals) sayJson(screen, { type: 'heal', ...heal });
      for (const merge of page.merges) sayJson(screen, { type: 'merge', ...merge });
    } else for (const line of mergesInWords(page, ring)) screen.stdout.write(`${line}\n`);
    before = page.next;
  } while (before !== undefined);
  if (isEmpty && !screen.json) screen.stdout.write('nothing was merged\n');
  if (unanswered.size === 0) return;
  const names = [...unanswered].map((id) => ring.nodes.find(({ nodeId }) => nodeId === id)?.address ?? id.slice(0, 8));
  screen.stderr.write(`warning: ${plain(names.join(', '))} did not answer; there may be more\n`);
}
