import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { LINK_MAGIC } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { FrameDecoder, frameHeader } from '../../src/node/links/frames.js';
import { randomId, until } from './two-nodes.js';

/** Somebody who dials a node and says whatever the test wants. */
export interface Stranger {
  readonly nodeId: string;
  readonly socket: Socket;
  /** Frames of JSON that the node sent. */
  readonly heard: { readonly type: string; readonly code?: string }[];
  sendBytes(bytes: Uint8Array | string): void;
  sendFrame(payload: object | Uint8Array | string): void;
  sendHello(changes?: object): void;
  /** HELLO and PROOF as a node without a secret does; resolves when the node has answered both. */
  shakeHands(changes?: object): Promise<void>;
  /** Resolves when the node has closed the connection, with the code of its CLOSE. */
  isClosed(): Promise<string | undefined>;
}

export async function aStranger(t: ExecutionContext, port: number): Promise<Stranger> {
  const nodeId = randomId();
  const heard: Stranger['heard'] = [];
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const decoder = new FrameDecoder(1e6, (frame) => heard.push(JSON.parse(frame.toString()) as { type: string }));
  let isClosed = false;
  socket.on('data', (bytes: Buffer) => decoder.push(bytes)).on('error', () => undefined).on('close', () => (isClosed = true));
  await new Promise((resolve) => socket.once('connect', resolve));
  t.teardown(() => socket.destroy());
  const sendBytes = (bytes: Uint8Array | string): void => void socket.write(bytes);
  const sendFrame = (payload: object | Uint8Array | string): void => {
    const bytes = typeof payload === 'string' || payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.from(JSON.stringify(payload));
    socket.write(Buffer.concat([frameHeader(bytes.length), bytes]));
  };
  const sendHello = (changes: object = {}): void => {
    sendBytes(LINK_MAGIC);
    sendFrame({ ...aHello(nodeId), ...changes });
  };
  return {
    nodeId,
    socket,
    heard,
    sendBytes,
    sendFrame,
    sendHello,
    async shakeHands(changes) {
      sendHello(changes);
      await until(() => heard.length === 2);
      sendFrame({ type: 'PROOF', mac: '' });
    },
    async isClosed() {
      await until(() => isClosed, 'the end of the connection');
      return heard.find(({ type }) => type === 'CLOSE')?.code;
    },
  };
}

function aHello(nodeId: string): object {
  const nonce = randomBytes(16).toString('hex');
  const protocol = { min: 1, max: 1 };
  return { type: 'HELLO', protocol, purpose: 'control', nodeId, incarnation: 1, boot: 'b', address: '127.0.0.1:9', nonce, secret: false, features: [] };
}
