import { type EventAt, eventTypes, paths, type RingBody } from '@coring/protocol';
import { Failure } from '../model/failure.js';
import { present } from '../model/picture.js';
import { baseOf, canBeAsked } from './address.js';
import { askJson } from './ask.js';

/** What is not shown need not be sent. */
const unshown: ReadonlySet<string> = new Set(['got', 'accused', 'synced', 'retired', 'reaped']);
const shownTypes = eventTypes.filter((type) => !unshown.has(type));

/** More events of files than a reader can follow are left out. */
const FILES_PER_SECOND = 100;

/** How often the ring is asked for anew, and whether the page's own node is back, in milliseconds. */
const LOOK_MS = 5000;
const LOOK_AGAIN_MS = 2500;
/** How long a node may take to say how the ring is. */
const PATIENCE_MS = 4000;
/** After news that only a snapshot shows in full. */
const SOON_MS = 120;

/** Where the page gets its news from. */
export interface Source {
  /** The node that gave this page. */
  readonly home: string;
  /** The node that is asked just now. */
  readonly address: string;
  /** Where requests to it begin. */
  readonly base: string;
  /** `live`: events come in. `silent`: no node that is known answers. */
  readonly state: 'connecting' | 'live' | 'silent';
  /** Why the page's own node is not the one that is asked. */
  readonly homeFault?: 'silent' | 'not-joined' | 'stopping' | undefined;
}

interface Listener {
  onRing(ring: RingBody): void;
  onEvent(event: EventAt): void;
  onSource(source: Source): void;
}

/** Asks the page's own node what happens; where that does not answer, other nodes of the ring in turn, until it is back. */
export class Connection {
  #source: Source;
  #ring: RingBody | undefined;
  #stream: EventSource | undefined;
  /** The number of the last event, as the asked node counts: from none on it tells what it remembers. */
  #lastEventId = '0';
  #timer = 0;
  #isLooking = false;
  #wantsLook = false;

  constructor(
    home: string,
    private readonly listener: Listener,
  ) {
    this.#source = { home, address: home, base: '', state: 'connecting' };
  }

  get source(): Source {
    return this.#source;
  }

  start(): void {
    void this.#look();
  }

  /** Asks for a snapshot soon. */
  lookSoon(): void {
    this.#lookIn(SOON_MS);
  }

  /** Others that may be asked, in ring order after the one that is asked now. */
  others(): readonly string[] {
    const nodes = present(this.#ring).filter(({ state }) => state === 'up' || state === 'leaving');
    const at = nodes.findIndex(({ address }) => address === this.#source.address);
    return [...nodes.slice(at + 1), ...nodes.slice(0, at + 1)].map(({ address }) => address).filter((address) => address !== this.#source.address && canBeAsked(address));
  }

  #lookIn(ms: number): void {
    if (this.#isLooking) {
      this.#wantsLook ||= ms === SOON_MS;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const answered = await this.#lookAround();
    this.#isLooking = false;
    const isSettled = answered && this.#source.homeFault === undefined && this.#source.state === 'live';
    this.#lookIn(this.#wantsLook ? SOON_MS : isSettled ? LOOK_MS : LOOK_AGAIN_MS);
    this.#wantsLook = false;
  }

  /** Its own node first; the one that has been asked last; the others in turn. */
  async #lookAround(): Promise<boolean> {
    const { home, address } = this.#source;
    const homeFault = await this.#askRing(home);
    if (homeFault === undefined) return true;
    for (const other of [address, ...this.others()]) {
      if (other !== home && (await this.#askRing(other, homeFault)) === undefined) return true;
    }
    this.#close();
    this.#tell({ ...this.#source, state: 'silent', homeFault });
    return false;
  }

  /** Takes the node's word about the ring, and its events from now on; or says why it has none. */
  async #askRing(address: string, homeFault?: Source['homeFault']): Promise<Source['homeFault']> {
    const { home } = this.#source;
    const base = baseOf(address, home);
    try {
      const ring = await askJson<RingBody>(base + paths.ring, { patienceMs: PATIENCE_MS });
      this.#ring = ring;
      this.#switchTo(address, base, homeFault);
      this.listener.onRing(ring);
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.code === 'not-joined' ? 'not-joined' : error.code === 'stopping' ? 'stopping' : 'silent';
    }
  }

  #switchTo(address: string, base: string, homeFault: Source['homeFault']): void {
    const { home } = this.#source;
    const isSame = address === this.#source.address;
    if (!isSame) {
      this.#close();
      this.#lastEventId = '0';
    }
    const state = isSame && this.#stream?.readyState === EventSource.OPEN ? 'live' : 'connecting';
    this.#tell({ home, address, base, state, homeFault });
    if (this.#stream === undefined) this.#open(base);
  }

  #open(base: string): void {
    const query = new URLSearchParams({ types: shownTypes.join(','), filesPerSecond: String(FILES_PER_SECOND), lastEventId: this.#lastEventId });
    const stream = new EventSource(`${base}${paths.events}?ring&${query.toString()}`);
    this.#stream = stream;
    stream.addEventListener('open', () => this.#tell({ ...this.#source, state: 'live' }));
    stream.addEventListener('error', () => {
      // It would come back by itself, to the same node: whether that is the one to ask is looked at first.
      if (this.#stream !== stream) return;
      this.#close();
      // A node may answer all but this: it has enough who watch.
      const hadEvents = this.#source.state === 'live';
      this.#tell({ ...this.#source, state: 'connecting' });
      this.#lookIn(hadEvents ? SOON_MS : LOOK_AGAIN_MS);
    });
    for (const type of shownTypes) stream.addEventListener(type, (message: MessageEvent<string>) => this.#take(message));
  }

  #take({ data, lastEventId }: MessageEvent<string>): void {
    if (lastEventId !== '') this.#lastEventId = lastEventId;
    this.listener.onEvent(JSON.parse(data) as EventAt);
  }

  #close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #tell(source: Source): void {
    const { address, state, homeFault } = this.#source;
    this.#source = source;
    if (source.address !== address || source.state !== state || source.homeFault !== homeFault) this.listener.onSource(source);
  }
}
