import { readdirSync, readFileSync } from 'node:fs';
import { linkSchemas, messageSchemas } from '../src/index.js';

const folder = new URL('../../test/examples/', import.meta.url);

export interface Example {
  readonly file: string;
  readonly data: { type: string } & Record<string, unknown>;
}

/** One of every message and link frame ever released, freshly parsed. */
export function examples(): Example[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, data: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Example['data'] }));
}

export const isLinkFrame = ({ data }: Example): boolean => Object.hasOwn(linkSchemas, data.type);

export const allTypes: readonly string[] = [...Object.keys(messageSchemas), ...Object.keys(linkSchemas)];
