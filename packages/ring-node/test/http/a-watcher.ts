import { once } from 'node:events';
import { connect } from 'node:net';
import type { EventAt } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { type AServer, until } from './a-server.js';

interface Watched {
  readonly query?: string;
  readonly fields?: readonly string[];
}

/** Somebody who watches a server, from when it has begun. */
export async function aWatcher(t: ExecutionContext, { port }: Pick<AServer, 'port'>, { query = '', fields = [] }: Watched = {}) {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write([`GET /events${query} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n'));
  await until(() => text.includes('retry: 1000\n\n'), 'it watches');
  return {
    text: () => text,
    numbers: () => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1])),
    /** What it was told, `load` left out. */
    events: () => all(text).filter(({ type }) => type !== 'load'),
    loads: () => all(text).flatMap((event) => (event.type === 'load' ? [event] : [])),
    leave: () => void socket.destroy(),
    ended: once(socket, 'close'),
  };
}

/** The facts of each event; `at` and `timeMs` are there with ?ring. */
function all(text: string): EventAt[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]!) as EventAt);
}
