// A client without timeouts: it waits as long as it takes.
import { converse } from '@coring/talk';

const [host = 'localhost', port = '16273', text = 'Hello Server, this is Client!'] = process.argv.slice(2);

const server = await converse({ host, port: Number(port), receiveMs: Infinity });
process.stdout.write(`connected to ${server.address}\n`);
await server.send(text);
process.stdout.write(`${(await server.receive()).toString()}\n`);
server.close();
