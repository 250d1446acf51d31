// A small application: it answers many clients at a time, counts, and shuts down in order when it is told to.
import { openSocket, parseListenAddress } from '@coring/sockets';
import { type Conversation, Reception, TalkError } from '@coring/talk';
import { log } from './log.js';

/** Clients that are under way at the end are waited for so long, in milliseconds. */
const GRACE_MS = 3_000;

const stopping = new AbortController();
const cutting = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

const socket = await openSocket(parseListenAddress(process.argv[2] ?? ':16273'));
const reception = new Reception({ end: 'line', signal: cutting.signal });
socket.serve(reception, { name: 'application', log });
log.info({}, `listening on ${socket.address}`);

const underWay = new Set<Promise<void>>();
let counted = 0;
for await (const client of clients()) {
  const talking = count(client).finally(() => underWay.delete(talking));
  underWay.add(talking);
}

// First nobody new is let in, then those who are here may finish, then they are cut.
await socket.close();
log.info({}, `shutting down: ${underWay.size} under way`);
const cut = setTimeout(() => cutting.abort(), GRACE_MS);
await Promise.all(underWay);
clearTimeout(cut);
reception.close();
log.info({}, `${counted} words counted`);

/** Everybody who comes, until the application is to stop. */
async function* clients(): AsyncGenerator<Conversation, void, undefined> {
  for (;;) {
    try {
      yield await reception.next({ signal: stopping.signal });
    } catch {
      return;
    }
  }
}

/** Tells a client how many words its lines have, until it says `bye` or goes. */
async function count(client: Conversation): Promise<void> {
  try {
    for (let line = ''; line !== 'bye'; ) {
      line = (await client.receive()).toString();
      const words = line.split(/\s+/).filter((word) => word !== '').length;
      counted += words;
      await client.send(line === 'bye' ? 'bye' : String(words));
    }
  } catch (error) {
    if (!(error instanceof TalkError)) throw error;
    log.info({}, `${client.address}: ${error.code}`);
  }
  client.close();
}
