import { sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

/** The operator's word about a node. */
export async function operate({ client, screen }: Context, word: 'leave' | 'forget', node: string): Promise<void> {
  await client[word](node);
  if (screen.json) return sayJson(screen, { [word]: node, ok: true });
  const what = word === 'leave' ? 'is leaving; its copies are made elsewhere first' : 'is given up as lost';
  screen.stdout.write(`${plain(node)} ${what}\n`);
}
