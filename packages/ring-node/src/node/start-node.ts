import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type FileStoreOptions, openFileStore, type Store, StoreError } from '@coring/file-store';
import type { RingBody, RingSettings } from '@coring/protocol';
import type { MessagesToFile } from '../http/own/messages-to-file.js';
import { createWebFace } from '../http/web-face.js';
import { mayGiveUpRing, maySleep, type Persisted, persistedFrom, type RingOptions, startRing } from '../ring/index.js';
import { formatAddress, isUnspecified, parseAddress } from './address.js';
import { OwnHoldings } from './holdings.js';
import { lazyLinks } from './links/lazy-links.js';
import { type Log, noLog } from './log.js';
import { Node } from './node.js';
import type { NodeOptions } from './options.js';
import { openOwnPort } from './own-port.js';
import { OwnRecords } from './own-records.js';
import type { Port } from './port.js';
import { readSecret } from './secret.js';
import { StartError } from './start-error.js';
import { drawSurroundings } from './surroundings.js';
import { Traffic } from './traffic.js';
import { isAskedFor, type Use } from './use.js';

/** A node that runs in this process. */
export interface RunningNode {
  readonly nodeId: string;
  /** `host:port` where it listens. */
  readonly address: string;
  /** `http://host:port`, for clients on this machine. */
  readonly url: string;
  /** The nodeIds of its neighbours; in a ring of one its own. */
  readonly previous: string;
  readonly next: string;
  /** What `GET /ring` answers. */
  ring(): RingBody;
  /** Emits each event of the ring under its type: `member`, `ring`, `check`, `put`, … */
  readonly events: EventEmitter;
  /** How much clients use it, and other nodes for theirs. */
  readonly use: Use;
  /** Tells the ring that this node sleeps until somebody dials it, or for so long; what is left is to stop it. False where the ring cannot do without it now. */
  sleep(wakeAfterMs: number): boolean;
  /** Settles only if the node can not go on, with the reason; it has stopped then. */
  readonly failed: Promise<StartError>;
  /** Says goodbye to the ring, finishes or refuses requests, closes everything: within 5 s. */
  stop(): Promise<void>;
}

/** How often all copies are read, where nobody says so, in milliseconds. */
const SCRUB_EVERY_MS = 14 * 24 * 3_600_000;
/** How long begun requests may go on at a stop, in milliseconds. */
const DRAIN_MS = 3000;
/** Records read at a time. */
const PAGE_RECORDS = 1_000;

/**
 * Starts a node: listens, opens its data directory, and founds, joins or goes back to its ring.
 * @throws StartError
 */
export async function startNode(options: NodeOptions = {}): Promise<RunningNode> {
  const log = options.log ?? noLog();
  const secret = options.secretFile === undefined ? undefined : await readSecret(options.secretFile, log);
  const node = new Node(log);
  const http = createWebFace(node);
  let onPeer: (socket: Socket) => void = (socket) => socket.destroy();
  const acceptHttp = (socket: Socket): void => http.accept(socket);
  const letClientsIn = (): void => {
    options.entrances?.http.set(acceptHttp);
    for (const purpose of ['codes', 'messages'] as const) options.entrances?.[purpose].set((socket) => http.accept(socket, purpose));
  };
  // Who starts the node by coming to the ring's port waits with it for its ring, as on any other inherited socket.
  const onHttp = (socket: Socket): void => {
    if (options.entrances?.ringAddress === undefined) return acceptHttp(socket);
    void options.entrances.http.get().then((take) => take(socket));
  };
  const port = await openOwnPort(options, { onHttp, onPeer: (socket) => onPeer(socket) }, log);
  const closing: (() => Promise<unknown>)[] = [() => port.close()];
  const stop = async (): Promise<void> => {
    options.entrances?.detach();
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const messages = await openMessages(options);
    closing.push(async () => messages?.close());
    const { store, nodeId: firstId, persisted, peer = options.join } = await openData(options.data ?? join('coring-data', String(port.port)), options, log);
    closing.unshift(() => store.close());
    const ringOptions: RingOptions = {
      nodeId: firstId,
      boot: randomBytes(6).toString('hex'),
      address: advertised(options, port),
      capacity: options.capacity ?? 1,
      ...(options.zone === undefined ? {} : { zone: options.zone }),
      features: [],
      ...(options.moveRate === undefined ? {} : { moveRate: options.moveRate }),
      ...(options.reapAfterMs === undefined ? {} : { reapAfterMs: options.reapAfterMs }),
      wants: wantsOf(options),
      persisted,
      isJoining: peer !== undefined,
    };
    const surroundings = drawSurroundings();
    const traced = structuredClone(ringOptions);
    const { ring, effects } = startRing(ringOptions, surroundings);
    const { nodeId } = ring.self;
    options.trace?.start(structuredClone({ options: traced, surroundings, effects }));
    const linkTraffic = new Traffic();
    let asked = 0;
    const links = lazyLinks({
      self: () => {
        const { incarnation, boot, ringId, address, features } = ring.self;
        // A ring that it would give up for another keeps it from no other: what they say to each other is judged by each message.
        return { nodeId, incarnation, boot, address, features, ...(ringId === undefined || mayGiveUpRing(ring) ? {} : { ringId }) };
      },
      ...(secret === undefined ? {} : { secret }),
      onMessage: (message, seenAddress, bytes) => {
        if (isAskedFor(message)) asked++;
        node.receive(message, seenAddress, bytes);
      },
      onUnsent: (messageId, to) => node.feed({ type: 'unsent', messageId, ...(to === undefined ? {} : { to }) }),
      onRefused: (address, code, message) => node.refusedByLink(address, code, message),
      serve: (request) => node.serve(request),
      log,
      traffic: linkTraffic,
    });
    onPeer = (socket) => links.accept(socket);
    closing.push(() => links.close());
    await node.begin({ ring, store, links, linkTraffic, clientTraffic: http.traffic, holdings: new OwnHoldings(store), own: new OwnRecords(store, () => ring.self.ringId), scrubEveryMs: options.scrubEveryMs ?? SCRUB_EVERY_MS, ...(options.trace === undefined ? {} : { trace: options.trace.step }) }, effects);
    closing.push(() => node.end());
    if (port.accept !== undefined) options.entrances?.ring.set(port.accept);
    log.info({ address: port.address, nodeId, pid: process.pid, msg: 'listening' }, `${port.isOpen ? `listening on http://${port.address}` : 'serving without a port of its own'} (process ${process.pid})`);
    // Clients wait with the node for its ring, but not for ever.
    if (options.wait === true) letClientsIn();
    // Who was taken out of its ring by damage has been there before.
    if (peer !== undefined) await enterRing(node, peer, { isIn: ring.self.ringId !== undefined, wait: options.wait === true || peer !== options.join });
    letClientsIn();
    messages?.follow(node);
    // The last first: what is under way is finished as a member of the ring.
    closing.push(
      () => node.sayGoodbye(),
      () => http.closeGracefully(DRAIN_MS),
      async () => node.refuseRequests(),
      async () => messages?.end(),
    );
    const use = (): Use => ({ underWay: http.server.underWay, count: http.traffic.bytesIn + http.traffic.bytesOut + asked });
    const sleep = (wakeAfterMs: number): boolean => {
      if (!maySleep(ring)) return false;
      node.feed({ type: 'leave', mode: 'sleep', wakeAfterMs });
      return true;
    };
    return running(node, port, { stop, use, sleep });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openMessages({ messagesLog }: NodeOptions): Promise<MessagesToFile | undefined> {
  if (messagesLog === undefined) return undefined;
  const { MessagesToFile } = await import('../http/own/messages-to-file.js');
  return MessagesToFile.open(messagesLog);
}

async function enterRing(node: Node, address: string, { isIn, wait }: { readonly isIn: boolean; readonly wait: boolean }): Promise<void> {
  const { followHint, joinRing } = await import('./joining.js');
  if (isIn) return followHint(node, address);
  const controller = new AbortController();
  void node.failed.then(() => controller.abort());
  return joinRing(node, address, { wait, signal: controller.signal });
}

function running(node: Node, port: Port, { stop, use, sleep }: Pick<RunningNode, 'stop' | 'sleep'> & { readonly use: () => Use }): RunningNode {
  return {
    nodeId: node.nodeId,
    address: port.address,
    url: `http://${isUnspecified(port.host) ? formatAddress('127.0.0.1', port.port) : port.address}`,
    get previous() {
      return node.ring().previous;
    },
    get next() {
      return node.ring().next;
    },
    ring: () => node.ring(),
    events: node.events,
    get use() {
      return use();
    },
    sleep,
    failed: node.failed,
    stop,
  };
}

function advertised({ advertise, join: peer }: NodeOptions, port: Port): string {
  if (advertise !== undefined) {
    const { host, port: told } = parseAddress(advertise);
    return formatAddress(host, told ?? port.port);
  }
  // A joiner that listens on all interfaces is told by its peer where it is seen; a founder has nobody to ask.
  if (!isUnspecified(port.host) || peer !== undefined) return port.address;
  const outward = Object.values(networkInterfaces()).flat().filter((one) => one !== undefined && !one.internal && !/^fe80:/i.test(one.address));
  const chosen = outward.find((one) => one!.family === 'IPv4') ?? outward[0];
  return formatAddress(chosen?.address ?? '127.0.0.1', port.port);
}

function wantsOf({ copies, forgetAfterMs, writes, minCopies }: NodeOptions): Partial<RingSettings> {
  return {
    ...(copies === undefined ? {} : { copies: copies === 'all' ? 0 : copies }),
    ...(forgetAfterMs === undefined ? {} : { forgetAfterMs }),
    ...(writes === undefined ? {} : { writes }),
    ...(minCopies === undefined ? {} : { minCopies }),
  };
}

interface Data {
  readonly store: Store;
  readonly nodeId: string;
  readonly persisted: Persisted;
  /** Where the ring of the damaged node is that this one takes the place of. */
  readonly peer?: string;
}

async function openData(directory: string, { damage, store }: NodeOptions, log: Log): Promise<Data> {
  try {
    if (damage !== undefined) throw damage;
    return await openSound(directory, store);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') {
      const { replaceDamaged } = await import('./replace-damaged.js');
      const peer = await replaceDamaged(directory, error, log, store);
      return { ...(await openSound(directory, store)), peer };
    }
    if (error instanceof StoreError) throw new StartError('data', `data directory ${directory}: ${error.message}`, { cause: error });
    throw new StartError('data', `data directory ${directory} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

async function openSound(directory: string, options?: FileStoreOptions): Promise<Data> {
  const { store, nodeId } = await openFileStore(directory, options);
  try {
    return { store, nodeId, persisted: await readPersisted(store) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function readPersisted(store: Store): Promise<Persisted> {
  const records: [key: string, value: unknown][] = [];
  for (;;) {
    const page = await store.records('ring', { prefix: '', after: records.at(-1)?.[0] ?? '', limit: PAGE_RECORDS });
    records.push(...page.map(({ key, value }): [string, unknown] => [key, value]));
    if (page.length < PAGE_RECORDS) return persistedFrom(records);
  }
}
