// A server with timeouts: it waits for a client again and again, or returns, and ends when it is told to shut down.
import { helloReply } from '@coring/protocol';
import { openSocket, parseListenAddress } from '@coring/sockets';
import { Reception, TalkError } from '@coring/talk';
import { log } from './log.js';

const [address = ':16273', after] = process.argv.slice(2);
const WAIT_MS = 2_000;
const RECEIVE_MS = 5_000;

const shutdown = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => shutdown.abort());

const socket = await openSocket(parseListenAddress(address), 5);
const reception = new Reception({ receiveMs: RECEIVE_MS, signal: shutdown.signal });
socket.serve(reception, { name: 'server', log });
log.info({}, `listening on ${socket.address}`);

try {
  for (;;) await greet();
} catch (error) {
  if (!(error instanceof TalkError)) throw error;
  log.info({}, `${error.code}: ${error.message}`);
  process.exitCode = error.code === 'interrupted' ? 0 : 1;
}
reception.close();
await socket.close();

/** @throws TalkError `no-client`, where it is not to wait again; `interrupted` */
async function greet(): Promise<void> {
  const client = await reception.next({ waitMs: WAIT_MS, retry: after !== '--return', signal: shutdown.signal, onNone: () => log.info({}, 'nobody came') });
  try {
    const text = await client.receive();
    await client.send(`${helloReply}${text.toString()}`);
    log.info({}, `${client.address}: answered`);
  } catch (error) {
    if (!(error instanceof TalkError) || error.code === 'interrupted') throw error;
    log.info({}, `${client.address}: ${error.code}`);
  }
  client.close();
}
