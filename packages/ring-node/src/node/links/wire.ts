import type { Socket } from 'node:net';
import type { Hello } from '@coring/protocol';
import { ProtocolError } from '@coring/protocol/validate';
import { formatAddress, plainHost, readAddress } from '../address.js';
import { FrameDecoder, frameHeader } from './frames.js';
import { beginHandshake, closeFrame, type Handshake, type HandshakeStep, type HelloFields, onHandshakeFrame } from './handshake.js';
import type { LinkLimits } from './limits.js';
import { type CloseCode, closeCodes, LinkError } from './link-error.js';
import { type Role, Seal, SEAL_BYTES, type SealKeys } from './seal.js';
import { Watchdog } from './watchdog.js';

/** What the handshake has shown of the other side. */
export interface Opened {
  readonly peer: Hello;
  /** Version of the protocol that both speak. */
  readonly protocol: number;
  /** The IP address that the peer comes from, with the port on which it says that it listens. */
  readonly seenAddress: string;
  /** The role of this side. */
  readonly role: Role;
  /** The nonce of whoever dialled: both sides know it, so it can name the link. */
  readonly nonce: string;
}

/** Who uses a link once its handshake is done. */
export interface WireUser {
  /** Longest payload that is taken, in bytes. */
  readonly payloadBytesMax: number;
  /** A write that makes no way for so long ends the link. */
  readonly stallMs: number;
  /** Memory for frames, where it is not to be new for each. */
  readonly allocate?: (bytes: number) => Buffer;
  /** The payload of a frame; its memory is only lent where `isLent`. A ProtocolError or LinkError thrown here is said to the peer and ends the link. */
  onFrame(payload: Buffer, isLent: boolean): void;
  /** The other side sends nothing more. */
  onEnd(): void;
  /** The last call: nothing more is sent or received. */
  onClosed(error: LinkError): void;
}

export interface WireOptions {
  readonly role: Role;
  readonly hello: HelloFields;
  readonly secret: Uint8Array | undefined;
  readonly limits: LinkLimits;
  /** The handshake is done: who takes the link over. */
  readonly onOpen: (wire: Wire, opened: Opened) => WireUser;
  /** The handshake came to no good end. */
  readonly onFailed: (wire: Wire, error: LinkError, peer: Hello | undefined) => void;
}

/** A socket that speaks frames: first the handshake, then those of its user, sealed where the ring has a secret. */
export class Wire {
  readonly socket: Socket;
  readonly #options: WireOptions;
  readonly #decoder: FrameDecoder;
  #handshake: Handshake | undefined;
  #user: WireUser | undefined;
  #seals: { readonly sent: Seal; readonly received: Seal } | undefined;
  #isOver = false;
  #pendingWrites = 0;
  #isCorked = false;
  #onDrain: (() => void) | undefined;
  readonly #deadline: Watchdog;
  #stall: Watchdog | undefined;

  /** Takes over a connected socket. Its bytes are to be given to `receive`. The `preamble` goes out before the first frame. */
  constructor(socket: Socket, options: WireOptions, preamble = '') {
    const { role, hello, secret, limits } = options;
    this.socket = socket;
    this.#options = options;
    this.#decoder = new FrameDecoder(limits.smallFrameBytesMax, (frame, isLent) => this.#onFrame(frame, isLent));
    this.#handshake = beginHandshake(role, hello, secret);
    this.#deadline = new Watchdog(limits.handshakeMs, () => this.refuse('handshake-timeout', 'the handshake took too long'));
    this.#deadline.restart();
    socket.setNoDelay(true);
    socket.on('error', (cause) => this.destroy(new LinkError('closed', `the link failed: ${cause.message}`, { cause })));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#onDrain?.());
    socket.on('close', () => this.destroy());
    const hail = this.#framed([this.#handshake.ownFrame]);
    this.#write(preamble === '' ? hail : [Buffer.from(preamble), ...hail]);
  }

  /** Whether nothing more is sent or received. */
  get isOver(): boolean {
    return this.#isOver;
  }

  receive(chunk: Buffer): void {
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Sends several payloads in one write; calls back when it is out of this process's hands. */
  writeBatch(payloads: readonly Uint8Array[], onWritten: () => void): void {
    this.#write([Buffer.concat(payloads.flatMap((payload) => this.#framed([payload])))], onWritten);
  }

  /** Sends one payload, given in parts that are not copied. Resolves when the next one may be sent, which is to wait for it. @throws LinkError when the link is over */
  async writeFrame(...parts: readonly Uint8Array[]): Promise<void> {
    this.#corkForThisTick();
    if (!this.#isOver) this.#write(this.#framed(parts));
    if (this.socket.writableNeedDrain) this.#uncork();
    if (!this.#isOver && this.socket.writableNeedDrain) await new Promise<void>((resolve) => (this.#onDrain = resolve));
    if (this.#isOver) throw new LinkError('closed', 'the link is closed');
  }

  /** Sends nothing more, and lets go when the other side does the same, or after a while. */
  end(): void {
    this.socket.end();
    this.#letGoSoon();
  }

  /** Ends the link and tells the peer why. */
  refuse(code: CloseCode, message: string): void {
    this.#finish(new LinkError(code, message), code);
  }

  /** Ends the link at once. */
  destroy(error = new LinkError('closed', 'the link was closed')): void {
    this.#close(error);
    this.socket.destroy();
  }

  #onFrame(frame: Buffer, isLent: boolean): void {
    if (this.#isOver) return;
    if (this.#handshake !== undefined) return this.#onStep(onHandshakeFrame(this.#handshake, frame));
    const payload = this.#seals === undefined ? frame : this.#seals.received.open(frame);
    if (payload === undefined) throw new LinkError('bad-frame', 'the seal of a frame is wrong');
    this.#user?.onFrame(payload, isLent);
  }

  #onStep(step: HandshakeStep): void {
    switch (step.type) {
      case 'goes-on':
        this.#handshake = step.handshake;
        this.#write(this.#framed([step.send]));
        return;
      case 'open':
        return this.#open(step.peer, step.protocol, step.keys);
      case 'refuse':
        return this.#finish(step.error, isCloseCode(step.error.code) ? step.error.code : undefined, step.peer);
      case 'refused':
        return this.#finish(step.error, undefined, step.peer);
    }
  }

  #open(peer: Hello, protocol: number, keys: SealKeys | undefined): void {
    const { role, hello } = this.#options;
    this.#deadline.stop();
    this.#handshake = undefined;
    if (keys !== undefined) this.#seals = { sent: new Seal(keys.sends), received: new Seal(keys.receives) };
    this.#user = this.#options.onOpen(this, {
      peer,
      protocol,
      seenAddress: seenAddress(this.socket, peer),
      role,
      nonce: role === 'dialler' ? hello.nonce : peer.nonce,
    });
    this.#stall = new Watchdog(this.#user.stallMs, () => this.destroy(new LinkError('stalled', 'the other side does not read')));
    if (this.#user.allocate !== undefined) this.#decoder.allocate = this.#user.allocate;
    this.#decoder.bytesMax = this.#user.payloadBytesMax + (keys === undefined ? 0 : SEAL_BYTES);
  }

  #onEnd(): void {
    if (this.#isOver) this.socket.end();
    else if (this.#user === undefined) this.destroy(new LinkError('closed', 'the other side hung up before it said who it is'));
    else this.#user.onEnd();
  }

  /** A fault of the peer ends the link; one of our own is not hidden. */
  #fault(error: unknown): void {
    if (error instanceof ProtocolError) this.#finish(new LinkError('bad-message', error.message, { cause: error }), 'bad-message');
    else if (error instanceof LinkError) this.#finish(error, isCloseCode(error.code) ? error.code : 'bad-frame');
    else throw error;
  }

  #finish(error: LinkError, say: CloseCode | undefined, peer?: Hello): void {
    if (this.#isOver) return;
    if (say !== undefined) this.#write(this.#framed([closeFrame(say, error.message)]));
    this.#close(error, peer);
    this.socket.end();
    // What the peer still sends is read and dropped: unread bytes would reset the connection, and it might not see why.
    this.socket.resume();
    this.#letGoSoon();
  }

  #close(error: LinkError, peer = this.#handshake?.peer): void {
    this.#stall?.stop();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline.stop();
    this.#decoder.stop();
    this.#onDrain?.();
    if (this.#user === undefined) this.#options.onFailed(this, error, peer);
    else this.#user.onClosed(error);
  }

  #letGoSoon(): void {
    const timer = setTimeout(() => this.destroy(), this.#options.limits.lingerMs);
    this.socket.once('close', () => clearTimeout(timer));
  }

  #framed(parts: readonly Uint8Array[]): Uint8Array[] {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (this.#seals === undefined) return [frameHeader(bytes), ...parts];
    return [frameHeader(bytes + SEAL_BYTES), ...parts, this.#seals.sent.of(...parts)];
  }

  #write(buffers: readonly Uint8Array[], onWritten?: () => void): void {
    if (!this.socket.writable) return;
    if (this.#pendingWrites++ === 0) this.#stall?.restart();
    this.socket.cork();
    for (const buffer of buffers.slice(0, -1)) this.socket.write(buffer);
    this.socket.write(buffers.at(-1)!, (error) => {
      this.#stall?.stop();
      if (--this.#pendingWrites > 0 && !this.#isOver) this.#stall?.restart();
      if (!error && !this.#isOver) onWritten?.();
    });
    this.socket.uncork();
  }

  /** A header and the few bytes after it go out together. */
  #corkForThisTick(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.socket.cork();
    setImmediate(() => this.#uncork());
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.socket.uncork();
  }
}

function isCloseCode(code: string): code is CloseCode {
  return (closeCodes as readonly string[]).includes(code);
}

/** The port of an outgoing connection is of no use to anybody else. */
function seenAddress({ remoteAddress = '', remotePort = 0 }: Socket, { address }: Hello): string {
  return formatAddress(plainHost(remoteAddress), readAddress(address)?.port ?? remotePort);
}
