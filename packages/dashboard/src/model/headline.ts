import { type StateLine, stateLine } from '@coring/protocol';
import type { Source } from '../net/connection.js';
import type { Picture } from './picture.js';

export type Tone = 'whole' | 'degraded' | 'split' | 'unknown';

export interface Headline extends StateLine {
  readonly tone: Tone;
  /** From where the ring is seen, where that is not the page's own node. */
  readonly seen?: string | undefined;
}

/** The line at the top: how the ring is, or why nobody says so. */
export function headline({ ring, copies }: Picture, source: Source): Headline {
  const { home, address, state, homeFault } = source;
  if (state === 'silent') return silent(ring !== undefined, source);
  if (ring === undefined) return { tone: 'unknown', text: `Asking ${home} …` };
  return { tone: ring.state, ...stateLine(ring, copies), seen: homeFault && `${faultOf(home, homeFault)}; seen from ${address}` };
}

function silent(isKnown: boolean, { home, homeFault }: Source): Headline {
  if (homeFault === 'not-joined') {
    return { tone: 'unknown', text: `${home} has not joined its ring yet`, advice: 'It goes on trying. Is the node that it was told to join (-i, -p) up? Its log says more' };
  }
  const text = isKnown ? 'No node of the ring answers' : faultOf(home, homeFault ?? 'silent');
  return { tone: 'unknown', text, advice: isKnown ? 'What is shown is what was last heard. This page goes on as soon as a node answers' : 'This page goes on as soon as it answers' };
}

function faultOf(home: string, fault: NonNullable<Source['homeFault']>): string {
  if (fault === 'not-joined') return `${home} has not joined its ring yet`;
  return fault === 'stopping' ? `${home} is stopping` : `${home} does not answer`;
}
