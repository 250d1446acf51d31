import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { headers as fields, parseStamp, type Stamp } from '@coring/protocol';
import { HttpError } from '../errors-to-json.js';

/** Whether the client asked to be refused rather than answered weakly. @throws HttpError `bad-header` */
export function requiresStrong(headers: IncomingHttpHeaders): boolean {
  const wish = fieldOf(headers, fields.require);
  if (wish === undefined) return false;
  if (wish.trim().toLowerCase() !== 'strong') throw new HttpError('bad-header', `${fields.require} knows only strong`);
  return true;
}

/** The number of durable copies that a client waits for. @throws HttpError `bad-header` */
export function requiredCopies(headers: IncomingHttpHeaders): number | undefined {
  const wish = fieldOf(headers, fields.requireCopies)?.trim();
  if (wish === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(wish)) throw new HttpError('bad-header', `${fields.requireCopies} is a number from 1 to 9999`);
  return Number(wish);
}

/**
 * The conflict copies that a change takes the place of, too. Such a change is strong or is refused: what is written aside resolves nothing.
 * @throws HttpError `bad-header`
 */
export function resolved(headers: IncomingHttpHeaders): { readonly resolves: readonly Stamp[]; readonly requireStrong: true } | undefined {
  const wish = fieldOf(headers, fields.resolve);
  if (wish === undefined) return undefined;
  const resolves = wish.split(',').map((version) => parseStamp(version.trim()));
  if (!resolves.every((version) => version !== undefined)) throw new HttpError('bad-header', `${fields.resolve} is a list of versions, each written as in ${fields.version}`);
  return { resolves, requireStrong: true };
}

/**
 * Names a change, so that it is done once: from the client's Idempotency-Key, else fresh. Equal keys on other names or methods are other changes, and so they
 * are with another content: whoever is told that it is stored finds it there.
 * @throws HttpError `bad-header`
 */
export function operationId(headers: IncomingHttpHeaders, method: string, name: string, digest?: string): string {
  const key = keyOf(headers);
  return key === undefined ? randomUUID() : createHash('sha256').update(JSON.stringify([method, name, key, ...(digest === undefined ? [] : [digest])])).digest('hex');
}

/** The client's own name of a change, by which it may repeat it. @throws HttpError `bad-header` */
export function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = fieldOf(headers, fields.idempotencyKey)?.trim();
  if (key !== undefined && !/^[\x21-\x7e]{1,64}$/.test(key)) throw new HttpError('bad-header', `${fields.idempotencyKey} is 1 to 64 visible characters`);
  return key;
}

function fieldOf(headers: IncomingHttpHeaders, field: string): string | undefined {
  const value = headers[field.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}
