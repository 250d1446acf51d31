import { paint, sayJson } from '../screen.js';
import { EventTeller } from '../text/describe-event.js';
import { drawOrder } from '../text/draw-ring.js';
import type { Context } from './context.js';

/** Shows what happens, one line each, until Ctrl-C: that is how it is meant to end. */
export async function watch({ client, screen, signal }: Context): Promise<void> {
  const teller = new EventTeller();
  if (!screen.json) {
    const ring = await client.ring();
    for (const { nodeId, address } of ring.nodes) teller.know(nodeId, address);
    screen.stdout.write(`${drawOrder(ring)}, ${ring.state}\n`);
  }
  for await (const event of client.events(signal)) {
    if (screen.json) sayJson(screen, event);
    else if (event.type !== 'load') screen.stdout.write(`${paint(timeOfDay(new Date()), 'dim', screen.stdout)}  ${teller.tell(event)}\n`);
  }
}

function timeOfDay(now: Date): string {
  return [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
