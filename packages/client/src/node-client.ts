import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type CodeBody, codeBodySchema, type ConflictsBody, conflictsBodySchema, type CopiesBody, copiesBodySchema, filePath, headers, type ListBody, listBodySchema, type ListedFile, type MergesBody, mergesBodySchema, type MessageBody, messageBodySchema, nameFault, paths, type RingBody, ringBodySchema, type ScrubBody, scrubBodySchema } from '@coring/protocol';
import { discard, readJson, readText, refusalOf } from './answer.js';
import { ClientError, messageOf, NoAnswer } from './client-error.js';
import { describedBy, type Description, type Download, downloadOf } from './download.js';
import { exchange, type Wanted } from './exchange.js';
import { type Nodes, somewhere } from './failover.js';
import { KnownNodes } from './known-nodes.js';
import { type NodeCache, noCache } from './node-cache.js';
import { Patience } from './patience.js';
import { type Receipt, receiptOf } from './receipt.js';
import { type EventsWanted, type ReceivedEvent, watchEvents } from './watch-events.js';
import { type Content, hashed } from './content.js';

export interface ClientOptions {
  /** `host:port` of the node to ask first. */
  readonly address: string;
  /** How long a request may go without any progress, at all nodes together. */
  readonly timeoutMs?: number;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal;
  /** Where to remember the ring's other nodes between runs; nowhere by default. */
  readonly cache?: NodeCache;
}

export interface Stored extends Receipt {
  readonly name: string;
  readonly bytes: number;
  /** sha-256 of what was sent, in hex. */
  readonly digest: string;
  /** The name was new. */
  readonly isNew: boolean;
  /** Fewer copies than asked for were durable in time. */
  readonly isShort: boolean;
}

export interface PutOptions {
  readonly type?: string;
  /** Wait for that many durable copies. */
  readonly copies?: number;
  /** Refuse rather than store with the weak grade. */
  readonly requireStrong?: boolean;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  /** Versions of conflict copies that it takes the place of, too: only strongly. */
  readonly resolves?: readonly string[];
}

/** Talks to a ring through any of its nodes. Every method throws ClientError. */
export interface NodeClient {
  put(name: string, content: Content, options?: PutOptions): Promise<Stored>;
  /** The file, or one of its versions: a conflict copy. */
  get(name: string, version?: string): Promise<Download>;
  /** What a node says of the file, or of one of its versions, without its bytes. */
  describe(name: string, version?: string): Promise<Description>;
  /** What is kept beside a file, or beside its deletion. */
  conflicts(name: string): Promise<ConflictsBody>;
  remove(name: string, options?: Pick<PutOptions, 'ifNoneMatch' | 'resolves'>): Promise<Receipt>;
  /** A page of names, or with `conflicts` of those that have conflict copies, deleted ones among them. */
  listPage(query: { readonly prefix?: string; readonly after?: string; readonly limit?: number; readonly conflicts?: true }): Promise<ListBody>;
  /** Every file whose name begins so, page by page. */
  list(prefix?: string): AsyncGenerator<ListedFile, void, undefined>;
  ring(): Promise<RingBody>;
  /** How many files have how many copies on nodes that are up. */
  copies(): Promise<CopiesBody>;
  /** A page of the merge report, newest first: all of it, or what concerns one name. */
  mergesPage(query: { readonly name?: string; readonly before?: string; readonly limit?: number }): Promise<MergesBody>;
  /** What happens, as one node tells it; goes on at another where that one is lost, until the signal ends it. */
  events(signal: AbortSignal, wanted?: EventsWanted): AsyncGenerator<ReceivedEvent, void, undefined>;
  /** Takes a node out for good: its copies are made elsewhere first. */
  leave(node: string): Promise<void>;
  /** The operator's word that a node is lost for ever. */
  forget(node: string): Promise<void>;
  /** Has that very node begin to read all its copies, or asks how far it is. */
  scrub(address: string, what: 'begin' | 'look'): Promise<ScrubBody>;
  /** What a node sends back of a JSON text: the same, if all is well. */
  echo(json: string): Promise<string>;
  /** The unique code of a uuid: the same at every node. */
  requestUnique(uuid: string): Promise<string>;
  /** Has a text kept in the log of messages, once, however often it has to be sent; the code is that of the uuid. Returns the message's id. */
  sendText(uuid: string, code: string, text: string): Promise<string>;
  /** Lets go of all connections, once what was learnt of the ring is written down. */
  close(): Promise<void>;
}

/** Nodes come and go. */
const LEARN_EVERY_MS = 60_000;
/** How long closing waits for what was asked of the ring. */
const LEARN_WITHIN_MS = 300;

export function nodeClient({ address, timeoutMs = 30_000, signal, cache = noCache }: ClientOptions): NodeClient {
  const agent = new Agent({ keepAlive: true });
  const known = new KnownNodes(address, cache);
  const nodes: Nodes = { known, ringOf };
  let learning: Promise<void> | undefined;
  let learnAtMs = 0;

  /** One request, answered with success, and what is read of the answer; the caller ends the patience. */
  async function ask<T>(wanted: Wanted, patience: Patience, read: (answer: IncomingMessage) => T | Promise<T>): Promise<T> {
    return somewhere(nodes, patience, async (at) => {
      const answer = await exchange(agent, at, wanted, patience);
      if ((answer.statusCode ?? 0) >= 300) throw await refusalOf(answer);
      try {
        return await read(answer);
      } catch (error) {
        // Half an answer is none: another node gives it whole.
        throw error instanceof ClientError && error.code === 'cut-short' ? new NoAnswer(at, 'was lost while it answered', { cause: error }) : error;
      }
    });
  }

  async function asking<T>(wanted: Wanted, read: (answer: IncomingMessage) => Promise<T>): Promise<T> {
    const patience = new Patience(timeoutMs, signal);
    learn();
    try {
      return await ask(wanted, patience, read);
    } catch (error) {
      // What a broken answer says of itself is less than why it was broken off.
      patience.signal.throwIfAborted();
      throw error;
    } finally {
      patience.end();
    }
  }

  async function ringOf(at: string, patience: Patience): Promise<RingBody> {
    const answer = await exchange(agent, at, { method: 'GET', path: paths.ring }, patience);
    if (answer.statusCode !== 200) throw new NoAnswer(at, `is in no ring: ${(await refusalOf(answer)).message}`);
    return readJson<RingBody>(answer, ringBodySchema).catch((cause: unknown) => {
      throw new NoAnswer(at, `does not say its ring: ${messageOf(cause)}`, { cause });
    });
  }

  /** Asks who else there is, beside the first request and then beside one of a minute: when the node is dead it is too late. Where it does not say, the next request asks again. */
  function learn(): void {
    if (learning !== undefined || performance.now() < learnAtMs) return;
    const patience = new Patience(timeoutMs, signal);
    learning = ringOf(known.all()[0]!, patience)
      .then((ring) => {
        known.learn(ring);
        learnAtMs = performance.now() + LEARN_EVERY_MS;
      })
      .catch(() => undefined)
      .finally(() => {
        patience.end();
        learning = undefined;
      });
  }

  async function operate(path: string, node: string): Promise<void> {
    await asking({ method: 'POST', path: `${path}?node=${encodeURIComponent(node)}`, headers: { 'content-length': 0 } }, discard);
  }

  const client: NodeClient = {
    async put(name, content, options = {}) {
      const wanted: Wanted = { method: 'PUT', path: pathOf(name), headers: { 'content-length': content.bytes, [headers.idempotencyKey]: randomUUID(), ...wishes(options) } };
      let digest = '';
      const body = (): Readable => Readable.from(hashed(content, (found) => (digest = found)), { objectMode: false });
      return asking({ ...wanted, body }, async (answer) => {
        const { statusCode, headers: answered } = answer;
        await discard(answer);
        const stored = /^"([0-9a-f]{64})"$/.exec(answered.etag ?? '')?.[1];
        if (stored !== undefined && digest !== '' && stored !== digest) throw new ClientError('wrong-digest', `the node stored other bytes: sha-256 ${digest} was sent, ${stored} is there`);
        return { name, bytes: content.bytes, digest, isNew: statusCode === 201, isShort: statusCode === 202, ...receiptOf(answered) };
      });
    },
    async get(name, version) {
      const path = pathOf(name, version);
      const patience = new Patience(timeoutMs, signal);
      learn();
      try {
        const goOn = async (start: number, etag: string): Promise<IncomingMessage> => {
          const answer = await ask({ method: 'GET', path, headers: { range: `bytes=${start}-`, 'if-match': etag } }, patience, itself).catch((cause: unknown) => {
            const isChanged = cause instanceof ClientError && (cause.status === 412 || cause.status === 404);
            throw isChanged ? new ClientError('changed', 'the file was replaced while it was read', { cause }) : cause;
          });
          if (answer.statusCode !== 206) throw new ClientError('cut-short', `the file broke off after ${start} bytes, and the node does not go on from there`);
          return answer;
        };
        return downloadOf(await ask({ method: 'GET', path }, patience, itself), goOn, () => patience.end());
      } catch (error) {
        patience.end();
        throw error;
      }
    },
    describe: (name, version) =>
      asking({ method: 'HEAD', path: pathOf(name, version) }, async (answer) => {
        await discard(answer);
        return describedBy(answer);
      }),
    conflicts: (name) => asking({ method: 'GET', path: `${pathOf(name)}?conflicts` }, (answer) => readJson<ConflictsBody>(answer, conflictsBodySchema)),
    remove: (name, options = {}) =>
      asking({ method: 'DELETE', path: pathOf(name), headers: { [headers.idempotencyKey]: randomUUID(), ...wishes(options) } }, async (answer) => {
        await discard(answer);
        return receiptOf(answer.headers);
      }),
    listPage: (query) => asking({ method: 'GET', path: `${paths.files}?${queryOf(query)}` }, (answer) => readJson<ListBody>(answer, listBodySchema)),
    async *list(prefix = '') {
      let after: string | undefined;
      do {
        const page = await client.listPage({ prefix, ...(after === undefined ? {} : { after }) });
        yield* page.files;
        after = page.next;
      } while (after !== undefined);
    },
    ring: () => asking({ method: 'GET', path: paths.ring }, (answer) => readJson<RingBody>(answer, ringBodySchema)),
    copies: () => asking({ method: 'GET', path: paths.copies }, (answer) => readJson<CopiesBody>(answer, copiesBodySchema)),
    mergesPage: (query) => asking({ method: 'GET', path: `${paths.merges}?${queryOf(query)}` }, (answer) => readJson<MergesBody>(answer, mergesBodySchema)),
    events: (until, wanted) => watchEvents({ nodes, agent, timeoutMs, ...wanted }, signal === undefined ? until : AbortSignal.any([signal, until])),
    leave: (node) => operate(paths.leave, node),
    forget: (node) => operate(paths.forget, node),
    async scrub(at, what) {
      const patience = new Patience(timeoutMs, signal);
      try {
        const answer = await exchange(agent, at, { method: what === 'begin' ? 'POST' : 'GET', path: paths.scrub, headers: { 'content-length': 0 } }, patience);
        if ((answer.statusCode ?? 0) >= 300) throw await refusalOf(answer);
        return await readJson<ScrubBody>(answer, scrubBodySchema);
      } catch (error) {
        throw error instanceof NoAnswer ? new ClientError('nobody-answered', error.message, { cause: error }) : error;
      } finally {
        patience.end();
      }
    },
    echo: (json) => asking(posting(paths.echo, json), readText),
    requestUnique: async (uuid) => {
      const { code } = await asking(posting(paths.codes, JSON.stringify({ uuid })), (answer) => readJson<CodeBody>(answer, codeBodySchema));
      return code;
    },
    sendText: async (uuid, code, text) => {
      const { id } = await asking(posting(paths.messages, JSON.stringify({ uuid, code, text })), (answer) => readJson<MessageBody>(answer, messageBodySchema));
      return id;
    },
    async close() {
      await Promise.race([learning, wait(LEARN_WITHIN_MS, undefined, { ref: false })]);
      agent.destroy();
    },
  };
  return client;
}

/** An answer whose body streams on. */
function itself(answer: IncomingMessage): IncomingMessage {
  return answer;
}

function pathOf(name: string, version?: string): string {
  const fault = nameFault(name);
  if (fault !== undefined) throw new ClientError('bad-name', fault);
  return `${filePath(name)}${version === undefined ? '' : `?${queryOf({ version })}`}`;
}

/** The key makes of all that is sent again one request. */
function posting(path: string, json: string): Wanted {
  const body = Buffer.from(json);
  const fields = { 'content-type': 'application/json', 'content-length': body.length, [headers.idempotencyKey]: randomUUID() };
  return { method: 'POST', path, headers: fields, body: () => Readable.from([body]) };
}

function wishes({ type, copies, requireStrong, ifMatch, ifNoneMatch, resolves = [] }: PutOptions): OutgoingHttpHeaders {
  return {
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(copies === undefined ? {} : { [headers.requireCopies]: copies }),
    ...(requireStrong === true ? { [headers.require]: 'strong' } : {}),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
    ...(resolves.length === 0 ? {} : { [headers.resolve]: resolves.join(', ') }),
  };
}

function queryOf(query: Readonly<Record<string, string | number | true | undefined>>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString();
}
