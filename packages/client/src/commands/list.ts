import { bytesInWords, type ListedFile } from '@coring/protocol';
import { sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import { table } from '../text/table.js';
import type { Context } from './context.js';

/** Prints each page as it comes, or of each what has conflict copies; as JSON one file a line. */
export async function list({ client, screen }: Context, prefix: string, conflicts: boolean): Promise<void> {
  let after: string | undefined;
  let isPartial = false;
  do {
    const page = await client.listPage({ prefix, ...(after === undefined ? {} : { after }), ...(conflicts ? { conflicts } : {}) });
    isPartial ||= page.partial === true || page.grade === 'weak';
    if (screen.json) for (const file of page.files) sayJson(screen, file);
    else screen.stdout.write(table(page.files.map(rowOf), [1]));
    after = page.next;
  } while (after !== undefined);
  if (isPartial) screen.stderr.write('warning: not every part of the ring answered; there may be more\n');
}

function rowOf({ name, size, modified, type, conflicts = 0, deleted = false }: ListedFile): string[] {
  return [plain(name), bytesInWords(size), plain(modified).slice(0, 19).replace('T', ' '), deleted ? 'deleted' : plain(type), conflicts > 0 ? `${conflicts} in conflict` : ''];
}
