import { freePort } from '../world.mjs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NatsClient } from '../load/nats-client.mjs';
import { programPath } from './programs.mjs';

const program = programPath('nats-server');
const BUCKET = 'bench';
const ELECTED_WITHIN_MS = 20_000;

export const isNatsInstalled = program !== undefined;

/** Three NATS servers with JetStream, and an object store of three replicas. */
export async function startNats(world) {
  const servers = [];
  for (let i = 0; i < 3; i++) servers.push({ name: `nats-${i}`, port: await freePort(), routePort: await freePort() });
  const pids = [];
  for (const server of servers) {
    const folder = await world.folderOf(server.name);
    const config = join(folder, 'nats.conf');
    await writeFile(config, configuration(server, servers, folder));
    pids.push((await world.serve(program, ['-c', config], { name: `${server.name}-says`, port: server.port })).pid);
  }
  const targets = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  await createStore(targets[0]);
  return { name: 'NATS R3', pids, targets, path: '', job: { protocol: 'nats', bucket: BUCKET } };
}

function configuration({ name, port, routePort }, servers, folder) {
  const routes = servers.map((one) => `nats-route://127.0.0.1:${one.routePort}`).join(', ');
  return `
    server_name: ${name}
    listen: 127.0.0.1:${port}
    jetstream { store_dir: "${folder}" }
    cluster { name: bench, listen: "127.0.0.1:${routePort}", routes: [${routes}] }
  `;
}

/** The stream behind an object store, as ADR-20 lays it down. It can be made once the servers have elected a leader. */
async function createStore(target) {
  const stream = {
    name: `OBJ_${BUCKET}`,
    subjects: [`$O.${BUCKET}.C.>`, `$O.${BUCKET}.M.>`],
    num_replicas: 3,
    storage: 'file',
    discard: 'new',
    allow_rollup_hdrs: true,
    allow_direct: true,
  };
  const deadline = performance.now() + ELECTED_WITHIN_MS;
  for (;;) {
    const client = new NatsClient(target);
    try {
      return await client.ask(`$JS.API.STREAM.CREATE.${stream.name}`, stream);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(200);
    } finally {
      client.close();
    }
  }
}
