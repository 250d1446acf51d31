// A server without timeouts: one client after the other, each waited for as long as it takes.
import { helloReply } from '@coring/protocol';
import { openSocket, parseListenAddress } from '@coring/sockets';
import { Reception } from '@coring/talk';
import { log } from './log.js';

const socket = await openSocket(parseListenAddress(process.argv[2] ?? ':16273'));
const reception = new Reception({ receiveMs: Infinity });
socket.serve(reception, { name: 'server', log });
log.info({}, `listening on ${socket.address}`);

for (;;) {
  const client = await reception.next();
  try {
    const text = await client.receive();
    log.info({}, `${client.address} says ${text.length} bytes`);
    await client.send(`${helloReply}${text.toString()}`);
  } catch (error) {
    log.warn({}, `${client.address}: ${(error as Error).message}`);
  }
  client.close();
}
