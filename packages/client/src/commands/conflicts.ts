import { bytesInWords } from '@coring/protocol';
import { sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import { table } from '../text/table.js';
import type { Context } from './context.js';

/** Prints which version has the name, and those that are kept beside it, oldest first; as JSON one conflict copy a line. */
export async function conflicts({ client, screen }: Context, name: string): Promise<void> {
  const { version, deleted = false, conflicts: copies } = await client.conflicts(name);
  if (screen.json) {
    for (const copy of copies) sayJson(screen, copy);
    return;
  }
  const beside = copies.map(({ version: of, size, modified, type }) => [of, bytesInWords(size), plain(modified).slice(0, 19).replace('T', ' '), plain(type)]);
  screen.stdout.write(table([[version, '', '', deleted ? 'has the name: it is deleted' : 'has the name'], ...beside], [1]));
}
