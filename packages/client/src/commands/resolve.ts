import { Readable } from 'node:stream';
import { type ConflictsBody, countOf } from '@coring/protocol';
import { ClientError } from '../client-error.js';
import type { Content } from '../content.js';
import type { NodeClient, PutOptions } from '../node-client.js';
import type { Receipt } from '../receipt.js';
import { sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';
import { versionMeant } from './version-meant.js';

/** So many conflict copies are named in one request: headers have their limits. */
const AT_ONCE = 200;

/**
 * Keeps a file as it is, or one of its conflict copies in its place, and lets go of the others. It is written once more for that, on the condition that
 * nobody has written it since. @throws ClientError `not-found`, `wrong-use`, `precondition-failed`
 */
export async function resolve({ client, screen }: Context, name: string, kept: string | undefined): Promise<void> {
  const found = await client.conflicts(name);
  const version = kept === undefined ? found.version : versionMeant(found, kept);
  const resolves = found.conflicts.slice(0, AT_ONCE).map((copy) => copy.version);
  if (resolves.length === 0) throw new ClientError('not-found', `nothing is kept beside ${plain(name)}`);
  const receipt = found.deleted === true && version === found.version ? await client.remove(name, { ifNoneMatch: '*', resolves }) : await rewrite(client, found, version, resolves);
  const left = found.conflicts.length - resolves.length;
  if (screen.json) return sayJson(screen, { name, kept: version, resolved: resolves, left, ...receipt });
  const rest = left === 0 ? 'nothing else is kept' : `${countOf(left, 'conflict copy is', 'conflict copies are')} still kept beside it: resolve again`;
  screen.stdout.write(`resolved ${plain(name)}: ${version === found.version ? 'it is as it was' : `it is what ${version} was`}, ${rest}\n`);
}

async function rewrite(client: NodeClient, { name, version: current, deleted = false }: ConflictsBody, version: string, resolves: readonly string[]): Promise<Receipt> {
  const described = await client.describe(name, version);
  const { bytes, type } = described;
  const { digest } = deleted || version === current ? described : await client.describe(name, current);
  const condition: PutOptions = deleted ? { ifNoneMatch: '*' } : { ifMatch: `"${digest}"` };
  if (bytes === undefined) throw new ClientError('not-understood', `the node does not say how large ${version} is`);
  return client.put(name, contentOfVersion(client, name, version, bytes), { ...condition, resolves, ...(type === undefined ? {} : { type }) });
}

/** A version that is on the ring already; read again, it comes once more. */
function contentOfVersion(client: NodeClient, name: string, version: string, bytes: number): Content {
  const read = async function* (): AsyncGenerator<Buffer> {
    yield* (await client.get(name, version)).body;
  };
  return { bytes, open: () => Readable.from(read(), { objectMode: false }) };
}
