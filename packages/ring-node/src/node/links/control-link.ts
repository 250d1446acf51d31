import { attachedDigest, type Message, SMALL_BYTES_MAX } from '@coring/protocol';
import { asLinkFrame, asMessage, ProtocolError } from '@coring/protocol/validate';
import type { LinkTraits } from './choose-link.js';
import { parseFrame } from './json-frame.js';
import type { LinkLimits } from './limits.js';
import { errorOfClose, type LinkError } from './link-error.js';
import { openMessageFrame } from './message-frame.js';
import type { Opened, Wire, WireUser } from './wire.js';

/** A message on its way out, serialised. */
export interface Outgoing {
  readonly id: string;
  readonly to: string | undefined;
  readonly address: string;
  readonly payload: Buffer;
  /** How often it was taken back from a link that ended. */
  returns: number;
}

export interface ControlLinkHooks {
  readonly onMessage: (message: Message, seenAddress: string, bytes?: Buffer) => void;
  /** No more messages go out on this link; what was not written yet is given back. */
  readonly onSendsNoMore: (link: ControlLink, queue: Outgoing[]) => void;
  /** Nothing comes in any more either. */
  readonly onClosed: (link: ControlLink, error: LinkError) => void;
}

/** The link for messages to one peer: keeps their order, and sends all that one tick gives it in one write. */
export class ControlLink implements WireUser {
  readonly payloadBytesMax: number;
  readonly stallMs: number;
  readonly opened: Opened;
  readonly #wire: Wire;
  readonly #limits: LinkLimits;
  readonly #hooks: ControlLinkHooks;
  readonly #openedMs = performance.now();
  #queue: Outgoing[] = [];
  #queuedBytes = 0;
  #isFlushDue = false;
  #isWriting = false;
  /** When something was sent that nothing came after yet. */
  #unansweredMs: number | undefined;
  #lastLook: NodeJS.Immediate | undefined;
  #isSilent = false;
  #state: 'open' | 'ending' | 'ended' = 'open';

  constructor(wire: Wire, opened: Opened, { limits, hooks }: { limits: LinkLimits; hooks: ControlLinkHooks }) {
    this.#wire = wire;
    this.opened = opened;
    this.#limits = limits;
    this.#hooks = hooks;
    this.payloadBytesMax = limits.messageBytesMax;
    this.stallMs = limits.stallMs;
  }

  get nodeId(): string {
    return this.opened.peer.nodeId;
  }

  get traits(): LinkTraits {
    const { peer, role, nonce } = this.opened;
    return { role, incarnation: peer.incarnation, boot: peer.boot, nonce, ageMs: performance.now() - this.#openedMs };
  }

  /**
   * Whether it may be broken without anybody having been told: what was sent met with silence for long. It is not called so before what came in
   * meanwhile is read: it may be this process that was busy.
   */
  get isSilent(): boolean {
    if (this.#unansweredMs === undefined || performance.now() - this.#unansweredMs <= this.#limits.silentMs) return false;
    this.#lastLook ??= setImmediate(() => (this.#isSilent = true));
    return this.#isSilent;
  }

  /** Takes a message to be sent at the end of this tick; false where too much waits already. */
  enqueue(outgoing: Outgoing): boolean {
    if (this.#state !== 'open' || isFull(this.#queue.length, this.#queuedBytes, outgoing, this.#limits)) return false;
    this.#queue.push(outgoing);
    this.#queuedBytes += outgoing.payload.length;
    if (!this.#isFlushDue && !this.#isWriting) {
      this.#isFlushDue = true;
      setImmediate(() => this.#flush());
    }
    return true;
  }

  /** Gives back what is not written yet, and ends this direction; what the peer still sends is received. */
  retire(): void {
    this.#stopSending();
    if (!this.#isWriting) this.#wire.end();
  }

  /** Sends all that waits, then ends. */
  finish(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#flush();
  }

  onFrame(payload: Buffer, isLent: boolean): void {
    this.#hear();
    const { json, bytes } = openMessageFrame(payload);
    const data = parseFrame(json);
    if ((data as { type?: unknown } | null)?.type === 'CLOSE') {
      const { code, message } = asLinkFrame(data, 'CLOSE');
      return this.#wire.destroy(errorOfClose(code, message));
    }
    const message = asMessage(data);
    if (message.from !== this.nodeId) throw new ProtocolError('wrong-shape', 'the message is from another node than the link');
    if (bytes === undefined) return this.#hooks.onMessage(message, this.opened.seenAddress);
    if (bytes.length > SMALL_BYTES_MAX || attachedDigest(message) === undefined) throw new ProtocolError('wrong-shape', 'the message carries bytes that do not belong to it');
    this.#hooks.onMessage(message, this.opened.seenAddress, isLent ? Buffer.from(bytes) : bytes);
  }

  onEnd(): void {
    this.retire();
  }

  onClosed(error: LinkError): void {
    this.#stopSending();
    this.#hooks.onClosed(this, error);
  }

  #hear(): void {
    this.#unansweredMs = undefined;
    clearImmediate(this.#lastLook);
    this.#lastLook = undefined;
    this.#isSilent = false;
  }

  /** One write at a time: what comes meanwhile goes together with the next. */
  #flush(): void {
    this.#isFlushDue = false;
    if (this.#isWriting || this.#wire.isOver) return;
    if (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      this.#isWriting = true;
      this.#unansweredMs ??= performance.now();
      this.#wire.writeBatch(batch, () => {
        this.#isWriting = false;
        this.#flush();
      });
    } else if (this.#state !== 'open') this.#wire.end();
  }

  #takeBatch(): Buffer[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || bytes + this.#queue[count]!.payload.length <= this.#limits.writeBytesMax)) {
      bytes += this.#queue[count++]!.payload.length;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count).map(({ payload }) => payload);
  }

  #stopSending(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#hooks.onSendsNoMore(this, queue);
  }
}

/** Whether one more would be too much to keep. A single message always fits. */
export function isFull(count: number, bytes: number, { payload }: Outgoing, { queueMessagesMax, queueBytesMax }: LinkLimits): boolean {
  return count >= queueMessagesMax || (count > 0 && bytes + payload.length > queueBytesMax);
}
