import { createHash, hash } from 'node:crypto';
import { OWN_NAMES } from '@coring/protocol';
import { type Listed, ServiceError, type Shelf } from '@coring/services';
import type { NodeFace } from '../../node/node-face.js';
import type { ClientAnswer } from '../../ring/index.js';
import { receiptHeaders } from '../answer-file.js';
import { refusalOf } from '../files/refusal.js';
import { openFound } from '../open-found.js';
import { wholeBytes } from '../send-file.js';

/** So many sources are tried for the bytes of one thing. */
const SOURCES_MAX = 3;
const PAGE_NAMES = 1000;

/** A shelf on the ring: what services keep are small files under names that no client can say. */
export class RingShelf implements Shelf {
  readonly #node: NodeFace;
  readonly #deadlineMs: number;

  constructor(node: NodeFace, deadlineMs: number) {
    this.#node = node;
    this.#deadlineMs = deadlineMs;
  }

  get own(): Shelf['own'] {
    return this.#node.own;
  }

  async add(name: string, bytes: Buffer, strong: boolean): ReturnType<Shelf['add']> {
    this.#checkServing();
    const digest = hash('sha256', bytes);
    const answer = await this.#node.request(
      {
        op: 'put',
        ...this.#asked(name, strong),
        token: this.#node.take(bytes, digest),
        digest,
        size: bytes.length,
        contentType: 'application/json',
        conditions: { ifNoneMatch: '*' },
        // The same bytes under the same name are the same request, whoever repeats it.
        opId: createHash('sha256').update(JSON.stringify([OWN_NAMES, name, digest])).digest('hex'),
      },
      unending(),
    );
    if (answer.type === 'stored') return { result: 'kept', headers: receiptHeaders(answer.receipt, answer.value) };
    if (answer.type !== 'failed' || answer.code !== 'precondition-failed') throw asServiceError(answer);
    const there = await this.#node.request({ op: 'get', ...this.#asked(name, strong), headOnly: true }, unending());
    if (there.type !== 'found') throw asServiceError(there);
    return { result: there.value.digest === digest ? 'kept' : 'taken', headers: receiptHeaders(there.receipt, there.value) };
  }

  async get(name: string, strong: boolean): Promise<Buffer | undefined> {
    this.#checkServing();
    for (let sources = 0; sources < SOURCES_MAX; sources++) {
      const answer = await this.#node.request({ op: 'get', ...this.#asked(name, strong), headOnly: false }, unending());
      if (answer.type === 'absent') return undefined;
      if (answer.type !== 'found') throw asServiceError(answer);
      const opened = await openFound(this.#node, OWN_NAMES + name, answer, undefined, unending());
      const bytes = opened && (await wholeBytes(opened, answer.value.size, unending()).catch(() => undefined));
      if (bytes !== undefined) return bytes;
    }
    throw new ServiceError('unavailable', 'the bytes cannot be had just now');
  }

  async list(prefix: string): ReturnType<Shelf['list']> {
    this.#checkServing();
    const entries: Listed[] = [];
    let isPartial = false;
    for (let after: string | undefined = ''; after !== undefined; ) {
      const answer: ClientAnswer = await this.#node.request({ op: 'list', prefix: OWN_NAMES + prefix, after, limit: PAGE_NAMES, requireStrong: false, deadlineMs: this.#deadlineMs }, unending());
      if (answer.type !== 'listed') throw asServiceError(answer);
      for (const { name, value } of answer.files) if (!value.deleted) entries.push({ name: name.slice(OWN_NAMES.length), timeMs: value.modifiedMs, digest: value.digest });
      isPartial ||= answer.partial;
      after = answer.next;
    }
    return { entries, isPartial };
  }

  #asked(name: string, strong: boolean): { name: string; requireStrong: boolean; deadlineMs: number } {
    return { name: OWN_NAMES + name, requireStrong: strong, deadlineMs: this.#deadlineMs };
  }

  #checkServing(): void {
    if (!this.#node.isReady) throw new ServiceError('not-joined', 'this node has not joined its ring yet');
  }
}

function asServiceError(answer: ClientAnswer): ServiceError {
  const { code, message, headers } = refusalOf(answer);
  return new ServiceError(code, message, headers);
}

/** Whoever asked may go away: what was begun is finished. */
function unending(): AbortSignal {
  return new AbortController().signal;
}
