import { request } from 'node:http';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScrubBody } from '@coring/protocol';
import test, { type ExecutionContext } from 'ava';
import type { TracedStep } from '../../src/node/core.js';
import { Figures } from '../../src/node/figures.js';
import { noLog } from '../../src/node/log.js';
import type { TracedStart } from '../../src/node/options.js';
import { type RunningNode, startNode } from '../../src/node/start-node.js';
import { type Input, isBusy, startRing, step } from '../../src/ring/index.js';
import { until } from '../http/a-server.js';

test('the core is told what went to and came from clients since the last look, and nothing where that is the same again', (t) => {
  const told: Input[] = [];
  const clientTraffic = { bytesIn: 1_000, bytesOut: 5_000 };
  const store = { figures: async () => ({ files: 0, bytes: 0, freeBytes: 0 }) };
  const figures = new Figures({ store, clientTraffic, feed: (input) => told.push(input), fail: (cause) => t.fail(cause.message), log: noLog() });
  const look = (inMs: number, bytesIn: number, bytesOut: number): Input[] => {
    clientTraffic.bytesIn += bytesIn;
    clientTraffic.bytesOut += bytesOut;
    figures.tellLoad((nowMs += inMs));
    return told.splice(0);
  };
  let nowMs = 77_000;
  t.deepEqual(look(0, 0, 0), []);
  t.deepEqual(look(2_000, 100, 900), [{ type: 'load', bytesPerSecond: 500 }]);
  t.deepEqual(look(4_000, 2_000, 0), []);
  t.deepEqual(look(2_000, 0, 0), [{ type: 'load', bytesPerSecond: 0 }]);
  t.deepEqual(look(2_000, 0, 0), []);
});

const MOVE_RATE = 100_000;
const small = Buffer.alloc(1_000, 's');
const large = Buffer.alloc(24_000_000, 'l');

test('small files that are given right on the socket keep the node busy, though nobody asks the core for them', async (t) => {
  const { node, core } = await aTracedNode(t);
  await put(node, small);
  const socket = connect(Number(node.address.split(':')[1]), '127.0.0.1');
  t.teardown(() => socket.destroy());
  const get = 'GET /files/x HTTP/1.1\r\nHost: a\r\n\r\n';
  let answered = 0;
  socket.on('data', (bytes) => {
    answered += bytes.length;
    socket.write(get);
  });
  socket.write(get);
  await until(() => answered > 2 * small.length, 'the file to be at hand');
  const asked = core.requests;
  await until(() => core.isBusy, 'the node to be busy');
  t.is(core.requests, asked);
});

test('a body that comes in keeps the node busy before there is a request about it', async (t) => {
  const { node, core } = await aTracedNode(t);
  const upload = request(`${node.url}/files/x`, { method: 'PUT', headers: { 'content-length': large.length } });
  t.teardown(() => upload.destroy());
  upload.on('error', () => undefined);
  upload.write(large.subarray(0, 1_000_000));
  await until(() => core.isBusy, 'the node to be busy');
  t.is(core.requests, 0);
});

test('a body that goes out keeps the node busy after the request for it was answered', async (t) => {
  const { node, core } = await aTracedNode(t);
  await put(node, large);
  // What the upload left is over first.
  await until(() => core.told === 0, 'the upload to be forgotten');
  const response = await fetch(`${node.url}/files/x`);
  t.is(core.underWay, 0);
  await until(() => core.isBusy, 'the node to be busy');
  t.is(core.underWay, 0);
  t.is((await response.arrayBuffer()).byteLength, large.length);
});

test('while clients take much, all copies are read at a quarter of the rate', async (t) => {
  const { node, core } = await aTracedNode(t);
  await put(node, Buffer.alloc(MOVE_RATE / 2, 's'));
  const upload = request(`${node.url}/files/y`, { method: 'PUT', headers: { 'content-length': large.length } });
  const timer = setInterval(() => upload.write(large.subarray(0, MOVE_RATE / 5)), 50);
  t.teardown(() => {
    clearInterval(timer);
    upload.destroy();
  });
  upload.on('error', () => undefined);
  await until(() => core.isBusy, 'the node to be busy');
  await fetch(`${node.url}/ring/scrub`, { method: 'POST' });
  for (;;) {
    const { state, started, finished } = (await (await fetch(`${node.url}/ring/scrub`)).json()) as ScrubBody;
    if (state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    // Alone it would take half a second. A machine that is late itself makes it longer, never shorter.
    t.true(Date.parse(finished!) - Date.parse(started!) >= 1_800);
    return;
  }
});

/** A node of which a second core takes the same steps, to be looked at. */
async function aTracedNode(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'coring-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  let ring: ReturnType<typeof startRing>['ring'] | undefined;
  const core = {
    requests: 0,
    told: undefined as number | undefined,
    /** By what clients take: this machine itself may be late. */
    get isBusy() {
      return (core.told ?? 0) >= MOVE_RATE / 5 && isBusy(ring!);
    },
    get underWay() {
      return ring!.files.clients.size;
    },
  };
  const trace = {
    start: ({ options, surroundings }: TracedStart) => ({ ring } = startRing(options, surroundings)),
    step: ({ input, surroundings }: TracedStep) => {
      if (input.type === 'request') core.requests++;
      if (input.type === 'load') core.told = input.bytesPerSecond;
      step(ring!, input, surroundings);
    },
  };
  const node = await startNode({ listen: '127.0.0.1:0', data: join(folder, 'data'), moveRate: MOVE_RATE, trace });
  t.teardown(() => node.stop());
  return { node, core };
}

async function put({ url }: RunningNode, body: Buffer<ArrayBuffer>): Promise<void> {
  const { status } = await fetch(`${url}/files/x`, { method: 'PUT', body });
  if (status !== 201) throw new Error(`PUT was answered ${status}`);
}
