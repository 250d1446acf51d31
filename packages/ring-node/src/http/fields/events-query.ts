import { isEventType } from '@coring/protocol';
import type { Context } from 'koa';
import { HttpError } from '../errors-to-json.js';
import { queryOf } from '../request-target.js';

/** Which events a client asks for. */
export interface EventsAsked {
  /** Those of every node of the ring, not of this one alone. */
  readonly ofRing: boolean;
  /** Absent for all. */
  readonly types?: ReadonlySet<string>;
  /** Most events of files that are told in a second; absent for as many as there is room for. */
  readonly filesPerSecond?: number;
  /** The number of the last event that the client has. */
  readonly last?: number;
}

/** `?ring&types=a,b&filesPerSecond=50&lastEventId=7`, or the field Last-Event-ID. @throws HttpError `bad-request` */
export function eventsAsked(context: Context): EventsAsked {
  const query = queryOf(context.req.url!);
  const ring = query.get('ring');
  if (ring !== null && ring !== '') throw new HttpError('bad-request', 'ring has no value: say ?ring');
  const last = context.get('Last-Event-ID') || query.get('lastEventId');
  return {
    ofRing: ring !== null,
    ...typesIn(query.get('types')),
    ...filesPerSecondIn(query.get('filesPerSecond')),
    ...(last !== null && /^\d{1,15}$/.test(last) ? { last: Number(last) } : {}),
  };
}

function typesIn(text: string | null): Pick<EventsAsked, 'types'> {
  if (text === null) return {};
  const types = text.split(',');
  const unknown = types.find((type) => !isEventType(type));
  if (unknown !== undefined) throw new HttpError('bad-request', `types names kinds of events, with commas between them; there is no ${JSON.stringify(unknown.slice(0, 80))}`);
  return { types: new Set(types) };
}

function filesPerSecondIn(text: string | null): Pick<EventsAsked, 'filesPerSecond'> {
  if (text === null) return {};
  if (!/^\d{1,6}$/.test(text)) throw new HttpError('bad-request', 'filesPerSecond is a number');
  return { filesPerSecond: Number(text) };
}
