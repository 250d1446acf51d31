import { durationInWords, type EventAt, type JournalLine, journalled, type Movement } from '@coring/protocol';
import type { ReceivedEvent } from '../watch-events.js';
import { movementInWords } from './movement-in-words.js';
import { plain } from './plain.js';

export interface Line {
  readonly text: string;
  readonly weight: JournalLine['weight'];
}

/** Types that only say how things come to pass: hops, reads, single copies. */
export const ways: ReadonlySet<string> = new Set(['check', 'check-home', 'forward', 'got', 'copied', 'moving', 'reachable', 'accused', 'synced', 'retired', 'reaped', 'ring']);

/** Remembers which id stands for which address, and says what happens, as the journal of the page does: once, however many nodes tell it. */
export class EventTeller {
  readonly #addresses = new Map<string, string>();
  #journal: readonly JournalLine[] = [];

  know(nodeId: string, address: string): void {
    this.#addresses.set(nodeId, address);
  }

  /** The event in a line, or undefined where that has been said. */
  tell(event: ReceivedEvent): Line | undefined {
    const { type, data } = event;
    if (typeof data.nodeId === 'string' && typeof data.address === 'string') this.know(data.nodeId, data.address);
    if (type === 'ring') for (const { nodeId, address } of orderOf(data)) this.know(nodeId, address);
    const way = this.#words(event);
    if (way !== undefined) return { text: plain(way), weight: 'plain' };
    const before = this.#journal;
    try {
      this.#journal = journalled(before, { ...data, type } as unknown as EventAt, (nodeId) => this.#name(nodeId), true);
    } catch {
      // A node of another release says other things: they are shown as they came.
      return { text: plain(`${type} ${JSON.stringify(data)}`), weight: 'plain' };
    }
    const [newest] = this.#journal;
    return newest === undefined || newest.id === before[0]?.id ? undefined : { text: plain(newest.text), weight: newest.weight };
  }

  /** What the journal does not tell. */
  #words({ at, type, data }: ReceivedEvent): string | undefined {
    const text = (key: string): string => textOf(data[key]);
    const node = (key: string): string => this.#name(data[key]);
    switch (type) {
      case 'connected':
        return `watching through ${at}`;
      case 'lost':
        return `${at} tells no more: another node is asked`;
      case 'accused':
        return `accused  ${node('at')} was taken for dead by ${node('by')}, says that it is not`;
      case 'ring': {
        const order = orderOf(data).map(({ address }) => address);
        return `ring     at ${node('at')}: ${[...order, order[0] ?? ''].join(' --> ')}`;
      }
      case 'reachable':
        return `reached  ${node('nodeId')} again from ${node('at')}`;
      case 'check': {
        const check = fieldsOf(data.check);
        return `CHECK    hop ${textOf(check.hop)} from ${node('from')} to ${data.to === undefined ? `${node('at')}, home` : node('to')}, begun at ${this.#name(check.origin)}`;
      }
      case 'check-home': {
        const lap = fieldsOf(data.lap);
        return `CHECK    home at ${this.#name(lap.origin)} after ${textOf(lap.hops)} hops in ${durationInWords(Number(lap.tookMs ?? 0))}`;
      }
      case 'forward': {
        const forward = fieldsOf(data.forward);
        return `FORWARD  ${textOf(forward.op)} ${textOf(forward.name)} hop ${textOf(forward.hop)} from ${node('from')} to ${data.to === undefined ? node('at') : node('to')}`;
      }
      case 'got':
        return `got      ${text('name')} at ${node('at')}, ${text('grade')}, ${text('hops')} hops${data.from === undefined ? '' : `, from ${node('from')}`}`;
      case 'moving': {
        const from = (Array.isArray(data.from) ? data.from : []).map((one) => this.#name(one));
        return `moving   ${node('at')} ${movementInWords(data.movement as Movement)}${from.length === 0 ? '' : `, from ${from.join(', ')}`}`;
      }
      case 'synced':
        return `synced   ${node('at')} has everything that epoch ${text('number')} asks of it`;
      case 'retired':
        return `retired  epochs before ${text('oldest')} are over at ${node('at')}`;
      case 'copied':
        return `copied   ${text('name')} to ${node('at')} from ${node('from')}`;
      case 'reaped':
        return `reaped   ${text('name')} at ${node('at')}`;
      default:
        return undefined;
    }
  }

  #name(nodeId: unknown): string {
    const id = textOf(nodeId);
    return this.#addresses.get(id) ?? id.slice(0, 8);
  }
}

function orderOf(data: Readonly<Record<string, unknown>>): { nodeId: string; address: string }[] {
  const order = Array.isArray(data.order) ? data.order : [];
  return order.map(fieldsOf).map(({ nodeId, address }) => ({ nodeId: textOf(nodeId), address: textOf(address) }));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '?';
}
