/** Asks other hosts in datagrams and answers theirs: one number each. It tells the test, which started it, what it hears. Takes the address and the port to listen at. */
import { createSocket, type RemoteInfo } from 'node:dgram';

/** What a talker is told: to ask all of these numbers of somebody. */
export interface Asking {
  readonly of: string;
  readonly numbers: readonly number[];
}

/** What a talker tells: a number that somebody asked; or the answer to its own, and how long that took. */
export type Heard = { readonly asked: number; readonly by: string } | { readonly answered: number; readonly by: string; readonly tookMs: number };

const [address, port] = [process.argv[2]!, Number(process.argv[3])];
const socket = createSocket('udp4');
const askedAtMs = new Map<string, number>();

socket.on('message', (message, { address: by }: RemoteInfo) => {
  const [word, number] = message.toString().split(' ');
  if (word === 'ask') {
    socket.send(`answer ${number}`, port, by);
    tell({ asked: Number(number), by });
  } else tell({ answered: Number(number), by, tookMs: performance.now() - askedAtMs.get(`${by} ${number}`)! });
});
process.on('message', ({ of, numbers }: Asking) => {
  for (const number of numbers) {
    askedAtMs.set(`${of} ${number}`, performance.now());
    socket.send(`ask ${number}`, port, of);
  }
});
process.once('disconnect', () => process.exit());
socket.bind(port, address, () => process.send!('listening'));

function tell(heard: Heard): void {
  process.send!(heard);
}
