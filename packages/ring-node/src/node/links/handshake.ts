import { type Close, type Hello, type Proof, PROTOCOL_MAX, PROTOCOL_MIN } from '@coring/protocol';
import { asLinkFrame, ProtocolError } from '@coring/protocol/validate';
import { type CloseCode, errorOfClose, LinkError } from './link-error.js';
import { parseFrame } from './json-frame.js';
import { type Hellos, isProof, proofOf, type Role, type SealKeys, sealKeys } from './seal.js';

/** A handshake under way: a record that `onHandshakeFrame` goes on from. No I/O, no time. */
export interface Handshake {
  readonly role: Role;
  readonly secret: Uint8Array | undefined;
  readonly own: Hello;
  /** The own HELLO as it is sent. */
  readonly ownFrame: Buffer;
  /** The other side's, once it is here and good. */
  readonly peer?: Hello;
  readonly peerFrame?: Buffer;
}

export type HandshakeStep =
  | { readonly type: 'goes-on'; readonly handshake: Handshake; readonly send: Buffer }
  | { readonly type: 'open'; readonly peer: Hello; readonly protocol: number; readonly keys: SealKeys | undefined }
  /** This side refuses, and says so with CLOSE. */
  | { readonly type: 'refuse'; readonly error: LinkError; readonly peer: Hello | undefined }
  /** The other side refused. */
  | { readonly type: 'refused'; readonly error: LinkError; readonly peer: Hello | undefined };

/** What a side says of itself, apart from what the handshake adds. */
export type HelloFields = Omit<Hello, 'type' | 'protocol' | 'secret'>;

/** Both sides send HELLO at once: the frame is `ownFrame`. */
export function beginHandshake(role: Role, fields: HelloFields, secret: Uint8Array | undefined): Handshake {
  const own: Hello = { type: 'HELLO', protocol: { min: PROTOCOL_MIN, max: PROTOCOL_MAX }, ...fields, secret: secret !== undefined };
  return { role, secret, own, ownFrame: jsonFrame(own) };
}

/** HELLO, then PROOF; anything else ends it. The frame is not kept. */
export function onHandshakeFrame(handshake: Handshake, frame: Buffer): HandshakeStep {
  try {
    const said = asLinkFrame(parseFrame(frame), handshake.peer === undefined ? 'HELLO' : 'PROOF', 'CLOSE');
    switch (said.type) {
      case 'HELLO':
        return onHello(handshake, said, frame);
      case 'PROOF':
        return onProof(handshake, said);
      case 'CLOSE':
        return { type: 'refused', error: errorOfClose(said.code, said.message), peer: handshake.peer };
    }
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    return refuse(handshake, 'bad-message', `the handshake: ${cause.message}`, cause);
  }
}

/** The last frame of a side that ends a link. */
export function closeFrame(code: CloseCode, message: string): Buffer {
  const close: Close = { type: 'CLOSE', code, message: message.slice(0, 300) };
  return jsonFrame(close);
}

function onHello(handshake: Handshake, peer: Hello, frame: Buffer): HandshakeStep {
  const { own, secret } = handshake;
  const met: Handshake = { ...handshake, peer, peerFrame: Buffer.from(frame) };
  if (settle(own, peer) === undefined) {
    const { min, max } = own.protocol;
    return refuse(met, 'unsupported-version', `protocol versions ${min} to ${max} are spoken here, not ${peer.protocol.min} to ${peer.protocol.max}`);
  }
  if (peer.nodeId === own.nodeId) return refuse(met, 'itself', 'both ends of the link are the same node');
  if (own.ringId !== undefined && peer.ringId !== undefined && own.ringId !== peer.ringId) {
    return refuse(met, 'other-ring', `this node belongs to ring ${own.ringId}, not to ${peer.ringId}`);
  }
  if (peer.secret !== own.secret) return refuse(met, 'wrong-secret', WRONG_SECRET);
  const proof: Proof = { type: 'PROOF', mac: secret === undefined ? '' : proofOf(met.role, secret, hellos(met)) };
  return { type: 'goes-on', handshake: met, send: jsonFrame(proof) };
}

function onProof(handshake: Handshake, { mac }: Proof): HandshakeStep {
  const { role, secret, own, peer } = handshake;
  const protocol = peer === undefined ? undefined : settle(own, peer);
  if (peer === undefined || protocol === undefined) throw new Error('a proof is only taken after a hello');
  if (secret === undefined) return { type: 'open', peer, protocol, keys: undefined };
  if (!isProof(mac, role === 'dialler' ? 'acceptor' : 'dialler', secret, hellos(handshake))) return refuse(handshake, 'wrong-secret', WRONG_SECRET);
  return { type: 'open', peer, protocol, keys: sealKeys(role, secret, hellos(handshake)) };
}

/** The same words whether there is none on one side or two that differ. */
const WRONG_SECRET = 'the two nodes do not have the same ring secret';

/** The newest version that both speak. */
function settle(own: Hello, peer: Hello): number | undefined {
  const newest = Math.min(own.protocol.max, peer.protocol.max);
  return newest >= Math.max(own.protocol.min, peer.protocol.min) ? newest : undefined;
}

function hellos({ role, ownFrame, peerFrame }: Handshake): Hellos {
  if (peerFrame === undefined) throw new Error('the hello of the other side is not here yet');
  return role === 'dialler' ? { dialler: ownFrame, acceptor: peerFrame } : { dialler: peerFrame, acceptor: ownFrame };
}

function refuse({ peer }: Handshake, code: CloseCode, message: string, cause?: unknown): HandshakeStep {
  return { type: 'refuse', error: new LinkError(code, message, { cause }), peer };
}

function jsonFrame(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
