import { Agent, request } from 'node:http';
import test from 'ava';
import { aServer } from './a-server.js';

test('R15 each of 1 000 concurrent clients gets its own bytes', async (t) => {
  t.timeout(60_000);
  const { port, node } = await aServer(t);
  const agent = new Agent({ maxSockets: Infinity });
  t.teardown(() => agent.destroy());
  // Answers come in another order than the requests.
  const held: (() => void)[] = [];
  node.answers = (asked) => {
    if (asked.op !== 'get') return undefined;
    return new Promise((resolve) => {
      held.push(() => resolve({ type: 'found', value: node.files.get(asked.name)!.value, from: { nodeId: 'x', version: node.files.get(asked.name)!.value.version }, receipt: node.receipt }));
      if (held.length === 1000) for (const release of held.toReversed()) release();
    });
  };
  const clients = Array.from({ length: 1000 }, (_, client) => client);
  for (const client of clients) node.keep(`of-${client}`, Buffer.from(`bytes of ${client} `.repeat(client)));
  const answers = await Promise.all(clients.map((client) => get(agent, port, `/files/of-${client}`)));
  t.deepEqual(
    answers.filter((answer, client) => answer !== `bytes of ${client} `.repeat(client)),
    [],
  );
});

function get(agent: Agent, port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, port, host: '127.0.0.1', path }, (response) => {
      let text = '';
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end();
  });
}
