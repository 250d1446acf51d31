// A process at the far end of a link: acknowledges every CHECK.
import { exampleOf, openEnd } from './end.mjs';

let acknowledged = 0;
let address;

const end = await openEnd((message) => end.links.send(address, { ...ack, id: `ack-${acknowledged++}`, to: message.from, re: message.id }));
const ack = exampleOf('ack', end.nodeId);

process.on('message', (told) => (address = told));
process.on('disconnect', () => process.exit());
process.send(end.address);
