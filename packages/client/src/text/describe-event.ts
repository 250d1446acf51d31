import { bytesInWords, durationInWords, type Movement } from '@coring/protocol';
import type { ReceivedEvent } from '../watch-events.js';
import { movementInWords } from './movement-in-words.js';
import { plain } from './plain.js';

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
      case 'joined':
        return `joined   ring ${text('ringId').slice(0, 8)}${data.through === undefined ? ', founded it' : ` through ${text('through')}`}`;
      case 'refused':
        return `refused  ${data.address === undefined ? '' : `by ${text('address')}, `}${text('code')}: ${text('message')}`;
      case 'left':
        return `left     ${at} ${data.mode === 'for-good' ? 'has left for good' : 'has said goodbye'}`;
      case 'accused':
        return `accused  ${at} was taken for dead by ${node('by')}, says that it is not`;
      case 'clone':
        return `clone    another process at ${text('address')} runs with the identity of ${at}`;
      case 'load':
        return `load     ${text('requests')} requests, ${bytesInWords(Number(data.bytesIn ?? 0))} in, ${bytesInWords(Number(data.bytesOut ?? 0))} out, ${durationInWords(Number(data.lagMs ?? 0))} late`;
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
        return `got      ${text('name')}, ${text('grade')}, ${text('hops')} hops${data.from === undefined ? '' : `, from ${node('from')}`}`;
      case 'epoch':
        return `epoch    ${text('number')}: ${(Array.isArray(data.members) ? data.members : []).map((one) => this.#name(one)).join(', ')}`;
      case 'moving': {
        const from = (Array.isArray(data.from) ? data.from : []).map((one) => this.#name(one));
        return `moving   ${movementInWords(data.movement as Movement)}${from.length === 0 ? '' : `, from ${from.join(', ')}`}`;
      }
      case 'synced':
        return `synced   ${at} has everything that epoch ${text('number')} asks of it`;
      case 'retired':
        return `retired  epochs before ${text('oldest')} are over`;
      case 'copied':
        return `copied   ${text('name')} from ${node('from')}`;
      case 'damaged':
        return `damaged  ${text('name')}: the copy at ${at} counts no more`;
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
