import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, run } from '../world.mjs';
import { programPath } from './programs.mjs';

const kinds = ['account', 'container', 'object'];
const programs = new Map(['proxy', ...kinds].map((kind) => [kind, programPath(`swift-${kind}-server`)]));
const ringBuilder = programPath('swift-ring-builder');
const memcached = programPath('memcached');
const DEVICES = ['d1', 'd2', 'd3'];
/** 2^6 partitions: the directories of three small disks. */
const PART_POWER = '6';

export const isSwiftInstalled = [...programs.values(), ringBuilder].every((path) => path !== undefined);

/** OpenStack Swift without authentication: a proxy, and account, container and object servers that keep three replicas in three folders. */
export async function startSwift(world) {
  const folder = await world.folderOf('swift');
  for (const device of DEVICES) await mkdir(join(folder, 'srv', device), { recursive: true });
  await writeFile(join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_suffix = bench\n[storage-policy:0]\nname = bench\ndefault = yes\n');
  const pids = [];
  for (const kind of kinds) {
    const port = await freePort();
    await buildRing(folder, kind, port);
    pids.push(await serve(world, folder, kind, port, storageServer(folder, kind, port)));
  }
  const cachePort = memcached === undefined ? undefined : await freePort();
  if (cachePort !== undefined) pids.push((await world.serve(memcached, ['-u', 'root', '-l', '127.0.0.1', '-p', `${cachePort}`], { name: 'memcached', port: cachePort })).pid);
  const port = await freePort();
  pids.push(await serve(world, folder, 'proxy', port, proxyServer(folder, port, cachePort)));
  const target = { host: '127.0.0.1', port };
  const path = '/v1/AUTH_bench/files';
  await putContainer(target, path);
  return { name: 'Swift', pids, targets: [target], path: `${path}/` };
}

async function buildRing(folder, kind, port) {
  const builder = join(folder, `${kind}.builder`);
  await run(ringBuilder, [builder, 'create', PART_POWER, '3', '1']);
  for (const [i, device] of DEVICES.entries()) await run(ringBuilder, [builder, 'add', `r1z${i + 1}-127.0.0.1:${port}/${device}`, '1']);
  await run(ringBuilder, [builder, 'rebalance']);
}

async function serve(world, folder, kind, port, configuration) {
  const config = join(folder, `${kind}-server.conf`);
  await writeFile(config, configuration);
  return (await world.serve(programs.get(kind), [config], { name: `swift-${kind}`, port })).pid;
}

function storageServer(folder, kind, port) {
  return `
[DEFAULT]
${common(folder, port)}
devices = ${join(folder, 'srv')}
mount_check = false
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`;
}

function proxyServer(folder, port, cachePort) {
  return `
[DEFAULT]
${common(folder, port)}
[pipeline:main]
pipeline = catch_errors ${cachePort === undefined ? '' : 'cache '}proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
${cachePort === undefined ? '' : `[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:${cachePort}\n`}
`;
}

/** As many workers as there are cores is Swift's own default. Its log, which goes to syslog, is kept to errors. */
function common(folder, port) {
  return `bind_ip = 127.0.0.1\nbind_port = ${port}\nswift_dir = ${folder}\nuser = ${process.env.USER ?? 'root'}\nlog_level = ERROR\nworkers = auto`;
}

async function putContainer({ host, port }, path) {
  const [answer] = await once(request({ host, port, path, method: 'PUT' }).end(), 'response');
  answer.resume();
  if (answer.statusCode !== 201) throw new Error(`Swift made no container: status ${answer.statusCode}`);
}
