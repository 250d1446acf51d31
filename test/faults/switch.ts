/**
 * The network between the hosts of a test, in a process of its own: it reads each packet that a host sends from that host's device (tun), and
 * writes it to the device of the host that it is for, late or not at all as the lanes say. The devices are open when it starts; SWITCH_DEVICES
 * names their descriptors, by the hosts' numbers. It ends with whoever started it.
 */
import { read, writeSync } from 'node:fs';
import type { Lanes, Switched } from './network.js';

/** No packet is larger. */
const PACKET_BYTES_MAX = 65_536;
/** Where the addresses of an IPv4 packet end: the last byte is the host's number, and one. */
const RECEIVER_AT = 19;

const devices = process.env.SWITCH_DEVICES!.split(',').map(Number);
let lanes: Lanes = {};
let counts = { passed: 0, stopped: 0, delayed: 0 };

process.on('message', (told: Lanes) => {
  lanes = told;
  const switched: Switched = counts;
  counts = { passed: 0, stopped: 0, delayed: 0 };
  process.send!(switched);
});
// Threads that wait for packets would keep an orderly exit waiting for ever.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
for (let from = 0; from < devices.length; from++) takeFrom(from, Buffer.allocUnsafe(PACKET_BYTES_MAX));
process.send!(counts);

function takeFrom(from: number, buffer: Buffer): void {
  read(devices[from]!, buffer, 0, buffer.length, null, (error, length) => {
    // A device that is gone has no packets.
    if (error !== null) return;
    const isIPv4 = buffer[0]! >> 4 === 4;
    if (isIPv4 && length > RECEIVER_AT) carry(from, buffer.subarray(0, length));
    takeFrom(from, buffer);
  });
}

function carry(from: number, packet: Buffer): void {
  const to = packet[RECEIVER_AT]! - 1;
  if (devices[to] === undefined) return;
  const { cut = false, loss = 0, delayMs = 0 } = lanes[from]?.[to] ?? {};
  if (cut || Math.random() < loss) {
    counts.stopped++;
    return;
  }
  counts.passed++;
  if (delayMs === 0) return deliver(to, packet);
  counts.delayed++;
  const late = Buffer.from(packet);
  setTimeout(() => deliver(to, late), delayMs * (1 + Math.random()));
}

function deliver(to: number, packet: Buffer): void {
  try {
    writeSync(devices[to]!, packet);
  } catch {
    // Its queue is full, or the host is gone: lost, as packets are.
  }
}
