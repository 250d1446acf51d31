// A client with timeouts: it tries again until the server is there, and says by its name what it came to.
import { converse, TalkError } from '@coring/talk';

const [host = 'localhost', port = '16273', text = 'Hello Server, this is Client!'] = process.argv.slice(2);
const CONNECT_MS = 10_000;
const RECEIVE_MS = 5_000;

try {
  const server = await converse({ host, port: Number(port), connectMs: CONNECT_MS, retry: true, receiveMs: RECEIVE_MS, onTry: (address) => process.stdout.write(`trying ${address}\n`) });
  await server.send(text);
  process.stdout.write(`${(await server.receive()).toString()}\n`);
  server.close();
} catch (error) {
  if (!(error instanceof TalkError)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
