import { countOf } from '@coring/protocol';
import { paint, sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

export async function rm({ client, screen }: Context, name: string): Promise<void> {
  const receipt = await client.remove(name);
  if (screen.json) return sayJson(screen, { name, ...receipt });
  const { conflicts = 0 } = receipt;
  if (conflicts > 0) screen.stderr.write(`${paint('warning', 'yellow', screen.stderr)}: ${countOf(conflicts, 'conflict copy is', 'conflict copies are')} kept beside the deletion: 'resolve ${plain(name)}' lets go of them\n`);
  screen.stdout.write(`deleted ${plain(name)}${receipt.grade === undefined ? '' : `, ${receipt.grade}`}\n`);
}
