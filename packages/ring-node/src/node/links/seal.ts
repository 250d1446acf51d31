import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Which side of a link somebody is. */
export type Role = 'dialler' | 'acceptor';

/** What a proven link authenticates its frames with: a key for each direction. */
export interface SealKeys {
  readonly sends: KeyObject;
  readonly receives: KeyObject;
}

/** Bytes of a seal: HMAC-SHA-256 cut to 128 bits (RFC 2104, section 5, allows half of it). */
export const SEAL_BYTES = 16;

/**
 * Seals the frames of one direction of a link, or checks their seals. The frame's number is part of it: a frame that is
 * repeated, left out or moved has a wrong seal.
 */
export class Seal {
  readonly #key: KeyObject;
  readonly #number = Buffer.alloc(8);
  #next = 0;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** The seal of the next frame. */
  of(...parts: readonly Uint8Array[]): Buffer {
    this.#number.writeUInt32BE(Math.floor(this.#next / 2 ** 32), 0);
    this.#number.writeUInt32BE(this.#next % 2 ** 32, 4);
    this.#next++;
    const mac = createHmac('sha256', this.#key).update(this.#number);
    for (const part of parts) mac.update(part);
    return mac.digest().subarray(0, SEAL_BYTES);
  }

  /** The payload of the next frame, which ends in its seal; undefined where that is wrong. */
  open(frame: Buffer): Buffer | undefined {
    if (frame.length <= SEAL_BYTES) return undefined;
    const payload = frame.subarray(0, frame.length - SEAL_BYTES);
    return timingSafeEqual(this.of(payload), frame.subarray(payload.length)) ? payload : undefined;
  }
}

/** Both first frames as they were sent, which everything that is proven or derived is bound to. */
export interface Hellos {
  readonly dialler: Uint8Array;
  readonly acceptor: Uint8Array;
}

/** What the side of that role shows to have the ring secret, in lower-case hex. The nonces in the hellos make it good for this link only. */
export function proofOf(role: Role, secret: Uint8Array, hellos: Hellos): string {
  return createHmac('sha256', secret).update(`coring 1 ${role}\n`).update(digestOf(hellos)).digest('hex');
}

/** Compares in constant time: how long it takes says nothing about the right one. */
export function isProof(shown: string, role: Role, secret: Uint8Array, hellos: Hellos): boolean {
  const right = Buffer.from(proofOf(role, secret, hellos));
  const given = Buffer.from(shown);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** The keys of a link, as the side of that role uses them (HKDF, RFC 5869). */
export function sealKeys(role: Role, secret: Uint8Array, hellos: Hellos): SealKeys {
  const bytes = Buffer.from(hkdfSync('sha256', secret, digestOf(hellos), 'coring 1 frames', 64));
  const fromDialler = createSecretKey(bytes.subarray(0, 32));
  const fromAcceptor = createSecretKey(bytes.subarray(32));
  return role === 'dialler' ? { sends: fromDialler, receives: fromAcceptor } : { sends: fromAcceptor, receives: fromDialler };
}

function digestOf({ dialler, acceptor }: Hellos): Buffer {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(dialler.length, 0);
  lengths.writeUInt32BE(acceptor.length, 4);
  return createHash('sha256').update(lengths).update(dialler).update(acceptor).digest();
}
