import type { Movement } from '@coring/protocol';
import type { ReceivedEvent } from '../watch-events.js';
import { movementInWords } from './movement-in-words.js';
import { plain } from './plain.js';
import { bytesInWords, durationInWords } from './units.js';

/** Remembers which id stands for which address, and says each event in one line. */
export class EventTeller {
  readonly #addresses = new Map<string, string>();

  know(nodeId: string, address: string): void {
    this.#addresses.set(nodeId, address);
  }

  tell(event: ReceivedEvent): string {
    const { type, data } = event;
    if (typeof data.nodeId === 'string' && typeof data.address === 'string') this.know(data.nodeId, data.address);
    if (type === 'ring') for (const { nodeId, address } of orderOf(data)) this.know(nodeId, address);
    return plain(this.#words(event));
  }

  #words({ at, type, data }: ReceivedEvent): string {
    const text = (key: string): string => textOf(data[key]);
    const node = (key: string): string => this.#name(data[key]);
    switch (type) {
      case 'connected':
        return `watching ${at}`;
      case 'lost':
        return `${at} is gone, trying again`;
      case 'ring': {
        const order = orderOf(data).map(({ address }) => address);
        return `ring     ${[...order, order[0] ?? ''].join(' --> ')}`;
      }
      case 'member':
        return `member   ${node('nodeId')} is ${text('state')}${data.was === undefined ? '' : `, was ${text('was')}`}`;
      case 'suspect':
        return `suspect  ${node('nodeId')}: ${text('why')}`;
      case 'reachable':
        return `reached  ${node('nodeId')} again`;
      case 'health':
        return `health   ${text('health')}, was ${text('was')}`;
      case 'check': {
        const check = fieldsOf(data.check);
        return `CHECK    hop ${textOf(check.hop)} from ${node('from')}${data.to === undefined ? '' : ` to ${node('to')}`}, begun at ${this.#name(check.origin)}`;
      }
      case 'check-home': {
        const lap = fieldsOf(data.lap);
        return `CHECK    home at ${this.#name(lap.origin)} after ${textOf(lap.hops)} hops in ${durationInWords(Number(lap.tookMs ?? 0))}`;
      }
      case 'forward': {
        const forward = fieldsOf(data.forward);
        return `FORWARD  ${textOf(forward.op)} ${textOf(forward.name)} hop ${textOf(forward.hop)} from ${node('from')}${data.to === undefined ? '' : ` to ${node('to')}`}`;
      }
      case 'put':
        return `put      ${text('name')}, ${bytesInWords(Number(data.size ?? 0))}, ${text('grade')}`;
      case 'deleted':
        return `deleted  ${text('name')}, ${text('grade')}`;
      case 'got':
        return `got      ${text('name')}, ${text('grade')}, ${text('hops')} hops`;
      case 'epoch':
        return `epoch    ${text('number')}: ${(Array.isArray(data.members) ? data.members : []).map((one) => this.#name(one)).join(', ')}`;
      case 'moving':
        return `moving   ${movementInWords(data.movement as Movement)}`;
      case 'moved':
        return `moved    ${bytesInWords(Number(data.bytes ?? 0))} in ${durationInWords(Number(data.tookMs ?? 0))}: has all copies of epoch ${text('number')}`;
      case 'heal':
        return `met      ${node('nodeId')} is back`;
      case 'merged': {
        const added = Array.isArray(data.added) ? data.added.length : 0;
        return `merged   ${text('name')}, ${added === 0 ? 'nothing was lost' : `${added} put beside it`}`;
      }
      case 'reaped':
        return `reaped   ${text('name')}`;
      case 'scrubbed':
        return `scrubbed ${text('files')} files, ${bytesInWords(Number(data.bytes ?? 0))}, ${text('damaged')} damaged`;
      case 'disk':
        return `disk     ${data.isFull === true ? 'full: uploads are refused' : 'has room again'}`;
      case 'warning':
        return `warning  ${text('what')}`;
      default:
        return `${type.padEnd(8)} ${JSON.stringify(data)}`;
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
