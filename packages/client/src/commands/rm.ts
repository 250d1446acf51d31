import { sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

export async function rm({ client, screen }: Context, name: string): Promise<void> {
  const receipt = await client.remove(name);
  if (screen.json) return sayJson(screen, { name, ...receipt });
  screen.stdout.write(`deleted ${plain(name)}${receipt.grade === undefined ? '' : `, ${receipt.grade}`}\n`);
}
