import { sayJson } from '../screen.js';
import { drawRing } from '../text/draw-ring.js';
import type { Context } from './context.js';

export async function status({ client, screen }: Context): Promise<void> {
  // Where the copies cannot be counted just now, the ring is shown all the same.
  const [ring, copies] = await Promise.all([client.ring(), client.copies().catch(() => undefined)]);
  if (screen.json) sayJson(screen, { ...ring, ...(copies === undefined ? {} : { copies }) });
  else screen.stdout.write(drawRing(ring, copies, Date.now()));
}
