import type { IncomingHttpHeaders } from 'node:http';
import { type Grade, grades, headers, ringHealths, type RingHealth } from '@coring/protocol';

/** What an answer about a file says of it; a field that the node left out is undefined. */
export interface Receipt {
  /** Durable copies, and how many there should be. */
  readonly copies?: { readonly durable: number; readonly wanted: number };
  readonly grade?: Grade;
  /** Ids of the nodes known to hold it. */
  readonly nodes?: readonly string[];
  readonly version?: string;
  readonly epoch?: number;
  readonly hops?: number;
  readonly conflicts?: number;
  readonly state?: RingHealth;
}

export function receiptOf(answered: IncomingHttpHeaders): Receipt {
  const text = (name: string): string | undefined => {
    const value = answered[name.toLowerCase()];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = text(name);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
  const copies = /^(\d{1,6})\/(\d{1,6})$/.exec(text(headers.copies) ?? '');
  return withoutUndefined({
    copies: copies === null ? undefined : { durable: Number(copies[1]), wanted: Number(copies[2]) },
    grade: grades.find((grade) => grade === text(headers.grade)),
    nodes: text(headers.nodes)?.split(/\s*,\s*/),
    version: text(headers.version),
    epoch: number(headers.epoch),
    hops: number(headers.hops),
    conflicts: number(headers.conflicts),
    state: ringHealths.find((health) => health === text(headers.state)),
  });
}

/** The sha-256 of the content, in hex, as the answer gives it. Sources: RFC 9110 (ETag), RFC 9530 (Repr-Digest). */
export function digestOf(answered: IncomingHttpHeaders): string | undefined {
  const [, base64] = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(answered['repr-digest'] ?? '')) ?? [];
  if (base64 !== undefined) return Buffer.from(base64, 'base64').toString('hex');
  return /^"([0-9a-f]{64})"$/.exec(answered.etag ?? '')?.[1];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
