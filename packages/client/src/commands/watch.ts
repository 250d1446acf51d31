import { eventTypes, type JournalLine, stateLine } from '@coring/protocol';
import { type Paint, paint, sayJson } from '../screen.js';
import { EventTeller, ways } from '../text/describe-event.js';
import { drawOrder } from '../text/draw-ring.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

const paints: Readonly<Record<JournalLine['weight'], Paint | undefined>> = { plain: undefined, good: 'green', care: 'yellow', bad: 'red' };
/** How busy nodes are is shown by the page, and told to programs. */
const all = eventTypes.filter((type) => type !== 'load');
const news = all.filter((type) => !ways.has(type));

/** Shows what happens at every node, one line each, until Ctrl-C: that is how it is meant to end. `isVerbose`: also how it comes to pass, hop by hop. */
export async function watch({ client, screen, signal }: Context, isVerbose: boolean): Promise<void> {
  const { stdout } = screen;
  const teller = new EventTeller();
  const say = (text: string, weight: JournalLine['weight'] = 'plain'): void => {
    const how = paints[weight];
    stdout.write(`${paint(timeOfDay(new Date()), 'dim', stdout)}  ${how === undefined ? text : paint(text, how, stdout)}\n`);
  };
  const wanted = { ring: true, ...(screen.json ? {} : { types: isVerbose ? all : news }) };
  for await (const event of client.events(signal, wanted)) {
    if (screen.json) {
      sayJson(screen, event);
      continue;
    }
    const line = teller.tell(event);
    if (line !== undefined) say(line.text, line.weight);
    if (event.type !== 'connected') continue;
    // A node that is gone again is told of by what follows.
    const ring = await client.ring().catch(() => undefined);
    if (ring === undefined) continue;
    for (const { nodeId, address } of ring.nodes) teller.know(nodeId, address);
    say(drawOrder(ring));
    say(plain(stateLine(ring).text));
  }
}

function timeOfDay(now: Date): string {
  return [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
