import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error.js';
import type { Shelf } from './shelf.js';

const KEY_BYTES = 32;
const keyName = 'codes/key';

/**
 * Unique codes for uuids: each is a digest of its uuid under a key that the ring makes once. So a code needs no agreement: every node that has
 * the key gives the same one, at the same moment, on both sides of a split, and after a restart. RFC 2104.
 */
export class Codes {
  readonly #shelf: Shelf;
  #key: Promise<Buffer | undefined> | undefined;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Whether this node has the key, or can have it; the key is not made. */
  async isReady(): Promise<boolean> {
    return (await this.#findKey()) !== undefined;
  }

  /** The code of a uuid, which counts as asked for from now on, or as soon as that can be kept. @throws ServiceError `bad-request` where that is no uuid; as the shelf */
  async codeOf(uuid: unknown): Promise<{ readonly uuid: string; readonly code: string }> {
    const known = readUuid(uuid);
    const key = (await this.#findKey()) ?? (await this.#makeKey());
    await this.#shelf.add(askedName(known), Buffer.of(), false).catch(passUnavailable);
    return { uuid: known, code: codeUnder(key, known) };
  }

  /**
   * Returns the uuid, whose code this is. A right code proves that it was asked for; only for a wrong one it is looked up whether any was.
   * @throws ServiceError `bad-request`; `not-found` where no code of that uuid was ever asked for; `wrong-code`; as the shelf
   */
  async check(uuid: unknown, code: unknown): Promise<string> {
    const known = readUuid(uuid);
    if (typeof code !== 'string') throw missing('code');
    const key = await this.#findKey();
    if (key !== undefined && isEqual(code, codeUnder(key, known))) return known;
    if (key === undefined || (await this.#shelf.get(askedName(known), false)) === undefined) throw new ServiceError('not-found', 'no code of that uuid was ever asked for');
    throw new ServiceError('wrong-code', 'that is not the code of that uuid');
  }

  /** The key where there is one: this node's own copy, else what a majority knows. What came of it is remembered, a failure is not. */
  #findKey(): Promise<Buffer | undefined> {
    const finding = (this.#key ??= this.#readKey());
    const forget = (): void => {
      if (this.#key === finding) this.#key = undefined;
    };
    finding.then((key) => key ?? forget(), forget);
    return finding;
  }

  async #readKey(): Promise<Buffer | undefined> {
    const own = await this.#shelf.own.read(keyName);
    if (typeof own === 'string') return Buffer.from(own, 'hex');
    // Read strongly: what a minority has may be the key of somebody whose proposal came to nothing.
    const key = await this.#shelf.get(keyName, true);
    if (key?.length !== KEY_BYTES) return undefined;
    await this.#shelf.own.write(keyName, key.toString('hex'));
    return key;
  }

  /** Whoever comes first makes it; what is there then is the key, whoever that was. */
  async #makeKey(): Promise<Buffer> {
    await this.#shelf.add(keyName, randomBytes(KEY_BYTES), true);
    const key = await this.#findKey();
    if (key === undefined) throw new ServiceError('unavailable', 'the key of the codes cannot be had just now');
    return key;
  }
}

/** A text of a request's body. @throws ServiceError `bad-request` */
export function missing(field: string): ServiceError {
  return new ServiceError('bad-request', `the field ${field} is missing, or no text`);
}

/** In lower case. Any version: RFC 9562, section 4. */
function readUuid(uuid: unknown): string {
  if (typeof uuid !== 'string') throw missing('uuid');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) throw new ServiceError('bad-request', 'that is no uuid');
  return uuid.toLowerCase();
}

/** Most likely it is known there already, on the other side of a split. The code holds in any case: what is kept tells only why a wrong one is. */
function passUnavailable(error: unknown): void {
  if (!(error instanceof ServiceError) || error.code !== 'unavailable') throw error;
}

function askedName(uuid: string): string {
  return `codes/asked/${uuid}`;
}

function codeUnder(key: Buffer, uuid: string): string {
  return createHmac('sha256', key).update(uuid).digest('hex');
}

/** Takes as long for any two texts of these lengths. */
function isEqual(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
