import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { exampleOf, openEnd } from '../hop/end.mjs';
import { valueLine } from '../lines.mjs';
import { quantile } from '../statistics.mjs';
import { timeText } from '../text.mjs';

const programs = { answerer: fileURLToPath(new URL('../hop/answerer.mjs', import.meta.url)), echo: fileURLToPath(new URL('../hop/echo.mjs', import.meta.url)) };
const WARM_UP = 5000;
const COUNTED = 20_000;

/**
 * CHECK there and its acknowledgement back, one after the other, over the nodes' own links: two processes, JSON, both ends check what comes. Beside
 * it what as many raw bytes take there and back: that is the machine's share.
 */
export async function take({ world }) {
  let onAnswer;
  const end = await openEnd(() => onAnswer());
  world.atEnd(end.close);
  const child = fork(programs.answerer);
  world.atEnd(() => child.disconnect());
  const [address] = await once(child, 'message');
  child.send(end.address);
  const check = exampleOf('check', end.nodeId, ['vote']);
  const tookUs = await timed((i) => {
    const answered = new Promise((resolve) => (onAnswer = resolve));
    end.links.send(address, { ...check, id: `check-${i}` });
    return answered;
  });
  const rawUs = await rawEcho(world, JSON.stringify(check).length);
  const p99 = quantile(tookUs, 0.99);
  const raw = quantile(rawUs, 0.5);
  const measure = 'CHECK over one hop, there and back, p50';
  const note = `p99 ${timeText(p99)}; as many raw bytes over TCP, there and back, p50: ${timeText(raw)}`;
  return [valueLine({ measure, value: quantile(tookUs, 0.5), first: 60, goal: 25, text: timeText, note, data: { p99, raw } })];
}

async function rawEcho(world, bytes) {
  const child = fork(programs.echo);
  world.atEnd(() => child.disconnect());
  const [port] = await once(child, 'message');
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  world.atEnd(() => socket.destroy());
  await once(socket, 'connect');
  let left = 0;
  let onWhole;
  socket.on('data', ({ length }) => {
    left -= length;
    if (left === 0) onWhole();
  });
  const message = Buffer.alloc(bytes, 'x');
  return timed(() => {
    left = bytes;
    const whole = new Promise((resolve) => (onWhole = resolve));
    socket.write(message);
    return whole;
  });
}

/** How long each of many takes, one after the other, in microseconds; the first ones do not count. */
async function timed(send) {
  const tookUs = [];
  for (let i = 0; i < WARM_UP + COUNTED; i++) {
    const began = performance.now();
    await send(i);
    if (i >= WARM_UP) tookUs.push((performance.now() - began) * 1000);
  }
  return tookUs;
}
