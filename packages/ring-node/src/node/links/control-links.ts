import { setMaxListeners } from 'node:events';
import type { Message } from '@coring/protocol';
import pRetry from 'p-retry';
import { replaces } from './choose-link.js';
import { ControlLink, isFull, type Outgoing } from './control-link.js';
import { dial } from './dial.js';
import { LinkError } from './link-error.js';
import type { LinkOptions } from './links.js';
import { messageFrame } from './message-frame.js';
import type { Opened, Wire } from './wire.js';
import type { WireContext } from './wire-context.js';

/** Messages that wait for the link to an address. */
interface Dialling {
  queue: Outgoing[];
  bytes: number;
}

/** How often a message may be taken back from links that ended before it was written. */
const RETURNS_MAX = 2;

/** The control links of a node: one kept per peer, dialled when there is something to say. */
export class ControlLinks {
  readonly #context: WireContext;
  readonly #options: Pick<LinkOptions, 'onMessage' | 'onUnsent' | 'onRefused'>;
  readonly #byNode = new Map<string, ControlLink>();
  /** Who was found at an address: for messages to somebody not yet known. */
  readonly #nodeAt = new Map<string, string>();
  readonly #diallings = new Map<string, Dialling>();
  readonly #closing = new AbortController();
  #unsent: Outgoing[] = [];

  constructor(context: WireContext, options: Pick<LinkOptions, 'onMessage' | 'onUnsent' | 'onRefused'>) {
    this.#context = context;
    this.#options = options;
    // Each dial under way listens to it.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Nothing is reported any more once they are closed. */
  send(address: string, message: Message, bytes?: Uint8Array): void {
    const outgoing = { id: message.id, to: message.to, address, payload: messageFrame(message, bytes), returns: 0 };
    if (outgoing.payload.length > this.#context.limits.messageBytesMax) this.#giveUp(outgoing);
    else this.#route(outgoing);
  }

  /** Takes a new link in, dialled by either side. */
  take(wire: Wire, opened: Opened): ControlLink {
    const { limits, log } = this.#context;
    const link = new ControlLink(wire, opened, {
      limits,
      hooks: {
        onMessage: this.#options.onMessage,
        onSendsNoMore: (link, queue) => this.#onSendsNoMore(link, queue),
        onClosed: ({ nodeId }, { code, message }) => log.debug({ peer: nodeId, code }, `link closed: ${message}`),
      },
    });
    const existing = this.#byNode.get(link.nodeId);
    if (existing === undefined || replaces(link.traits, existing.traits, { own: this.#context.self().nodeId, peer: link.nodeId })) {
      this.#byNode.set(link.nodeId, link);
      // Who was restarted may be at another address, and somebody else where it was.
      if (existing?.opened.peer.boot !== opened.peer.boot) this.#forgetAddressesOf(link.nodeId);
      existing?.retire();
    } else {
      // Not within this call: the wire does not know its user yet.
      setImmediate(() => link.retire());
    }
    this.#sendWhatWaitsFor(link.nodeId);
    return link;
  }

  /** Sends what waits on the links there are, and ends them. What waits for a dial is dropped. */
  close(): void {
    this.#closing.abort(new LinkError('closed', 'the node stops'));
    this.#diallings.clear();
    for (const link of this.#byNode.values()) link.finish();
  }

  #route(outgoing: Outgoing): void {
    if (this.#closing.signal.aborted) return;
    const nodeId = outgoing.to ?? this.#nodeAt.get(outgoing.address);
    const link = nodeId === undefined ? undefined : this.#byNode.get(nodeId);
    if (link?.isSilent === true) link.retire();
    if (link === undefined || link.isSilent) this.#waitForDial(outgoing);
    else if (!link.enqueue(outgoing)) this.#giveUp(outgoing);
  }

  #waitForDial(outgoing: Outgoing): void {
    const { address } = outgoing;
    let dialling = this.#diallings.get(address);
    if (dialling === undefined) {
      dialling = { queue: [], bytes: 0 };
      this.#diallings.set(address, dialling);
      void this.#dial(address, dialling);
    }
    if (isFull(dialling.queue.length, dialling.bytes, outgoing, this.#context.limits)) return this.#giveUp(outgoing);
    dialling.queue.push(outgoing);
    dialling.bytes += outgoing.payload.length;
  }

  async #dial(address: string, dialling: Dialling): Promise<void> {
    const { signal } = this.#closing;
    const dialOnce = (): Promise<void> =>
      dial(this.#context, { address, purpose: 'control', signal, onOpen: (wire, opened) => this.#onDialled(address, dialling, wire, opened) });
    try {
      // Short, since whoever sends has timers of its own: it covers a peer that is just being restarted.
      await pRetry(dialOnce, {
        retries: 2,
        minTimeout: 100,
        factor: 2,
        maxRetryTime: this.#context.limits.dialForMs,
        signal,
        shouldRetry: ({ error }) => error instanceof LinkError && error.code === 'unreachable',
      });
    } catch (error) {
      if (this.#diallings.get(address) === dialling) this.#diallings.delete(address);
      for (const outgoing of dialling.queue) this.#giveUp(outgoing);
      if (error instanceof LinkError && error.code !== 'aborted' && !signal.aborted) this.#onDialFailed(address, error);
      else if (!signal.aborted) throw error;
    }
  }

  #onDialFailed(address: string, { code, message }: LinkError): void {
    this.#context.log.debug({ address, code }, `no link: ${message}`);
    if (refusals.has(code)) this.#options.onRefused(address, code, message);
  }

  #onDialled(address: string, dialling: Dialling, wire: Wire, opened: Opened): ControlLink {
    const { nodeId } = opened.peer;
    this.#diallings.delete(address);
    const link = this.take(wire, opened);
    this.#nodeAt.set(address, nodeId);
    for (const outgoing of dialling.queue.splice(0)) {
      if (outgoing.to === undefined || outgoing.to === nodeId) this.#route(outgoing);
      else this.#giveUp(outgoing);
    }
    return link;
  }

  /** The peer was quicker to dial: what waits for our own dial goes out on its link. */
  #sendWhatWaitsFor(nodeId: string): void {
    for (const dialling of this.#diallings.values()) {
      const [now, later] = [dialling.queue.filter(({ to }) => to === nodeId), dialling.queue.filter(({ to }) => to !== nodeId)];
      dialling.queue = later;
      dialling.bytes = later.reduce((sum, { payload }) => sum + payload.length, 0);
      for (const outgoing of now) this.#route(outgoing);
    }
  }

  #onSendsNoMore(link: ControlLink, queue: readonly Outgoing[]): void {
    if (this.#byNode.get(link.nodeId) === link) {
      this.#byNode.delete(link.nodeId);
      this.#forgetAddressesOf(link.nodeId);
    }
    for (const outgoing of queue) {
      if (++outgoing.returns > RETURNS_MAX) this.#giveUp(outgoing);
      else this.#route(outgoing);
    }
  }

  #forgetAddressesOf(node: string): void {
    for (const [address, nodeId] of this.#nodeAt) if (nodeId === node) this.#nodeAt.delete(address);
  }

  /** Told later: whoever sends is not called back before its call returns. */
  #giveUp(outgoing: Outgoing): void {
    if (this.#closing.signal.aborted || this.#unsent.push(outgoing) > 1) return;
    setImmediate(() => {
      const unsent = this.#unsent;
      this.#unsent = [];
      for (const { id, to } of unsent) this.#options.onUnsent(id, to);
    });
  }
}

/** What another try would meet again. */
const refusals: ReadonlySet<LinkError['code']> = new Set(['unsupported-version', 'other-ring', 'itself', 'wrong-secret', 'bad-frame', 'bad-message', 'refused'] as const);
