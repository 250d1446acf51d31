import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../world.mjs';
import { programPath } from './programs.mjs';

export const isNginxInstalled = programPath('nginx') !== undefined;

/** Above it its PUT suffers from the state of the file system: a round in which it costs more is none to be compared with. */
const HEALTHY_PUT_CPU_US = 70;

/** For rounds of small PUTs. */
export const healthyNginx = { isHealthy: ({ cpuUs }) => cpuUs <= HEALTHY_PUT_CPU_US };

/**
 * nginx with one worker, as we are one process: files by sendfile from a cache of open files, PUT by its dav module; or, with `proxyTo`,
 * a proxy in front of another one.
 */
export async function startNginx(world, { name = 'nginx', proxyTo } = {}) {
  const folder = await world.folderOf(name);
  await mkdir(join(folder, 'files'));
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), configuration(port, proxyTo));
  const { pid } = await world.serve(programPath('nginx'), ['-p', folder, '-e', 'error.log', '-c', join(folder, 'nginx.conf')], { name: `${name}-says`, port });
  return { name: proxyTo === undefined ? 'nginx' : 'nginx before nginx', pids: [pid], targets: [{ host: '127.0.0.1', port }], path: '/' };
}

function configuration(port, proxyTo) {
  return `
    ${process.getuid() === 0 ? 'user root;' : ''}
    daemon off; worker_processes 1; pid nginx.pid;
    events { worker_connections 2048; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; client_max_body_size 0;
      open_file_cache max=20000 inactive=1h; open_file_cache_valid 1h;
      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      ${proxyTo === undefined ? '' : `upstream files { server ${proxyTo.host}:${proxyTo.port}; keepalive 64; keepalive_requests 1000000000; }`}
      server {
        listen 127.0.0.1:${port} backlog=1024;
        root files;
        location / {
          ${proxyTo === undefined ? 'dav_methods PUT;' : 'proxy_pass http://files; proxy_http_version 1.1; proxy_set_header Connection "";'}
        }
      }
    }
  `;
}
