import { sayJson } from '../screen.js';
import { drawRing } from '../text/draw-ring.js';
import type { Context } from './context.js';

export async function status({ client, screen }: Context): Promise<void> {
  const ring = await client.ring();
  if (screen.json) sayJson(screen, ring);
  else screen.stdout.write(drawRing(ring, Date.now()));
}
