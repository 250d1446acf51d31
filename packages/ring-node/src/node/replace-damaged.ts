import { setTimeout as wait } from 'node:timers/promises';
import { type FileStoreOptions, readRemains, setAside } from '@coring/file-store';
import { type CanStopBody, canStopBodySchema, paths } from '@coring/protocol';
import { persistedFrom } from '../ring/index.js';
import { askNode } from './ask-node.js';
import type { Log } from './log.js';
import { StartError } from './start-error.js';

/** How long the other nodes are asked whether they can do without this one, how often, and how long one answer may take, in milliseconds. */
const ASK_FOR_MS = 20_000;
const ASK_EVERY_MS = 500;
const ANSWER_MS = 10_000;
/** Names are told by the thousand at most. */
const BYTES_MAX = 8 * 2 ** 20;

/**
 * For a node whose log is damaged where it had promises and acceptances: it can not know any more what it has said, and must not vote as if it did.
 * It gives up its identity: all that it has is set aside, and it joins its ring as a new node, which gets its copies from the others. That is done only
 * where the others say that they lose nothing by it; else nothing is touched.
 * @returns the address of one of the others
 * @throws StartError `data`
 */
export async function replaceDamaged(dir: string, damage: Error, log: Log, { files }: FileStoreOptions = {}): Promise<string> {
  const refuse = (why: string, cause: unknown = damage): StartError =>
    new StartError('data', `data directory ${dir}: ${damage.message}. ${why}: restore it, or start again when the other nodes of the ring are up, or empty it to join as a new node`, { cause });
  const { nodeId: firstId, records } = await readRemains(dir, 'ring', files).catch((cause: unknown) => {
    throw refuse(`What is left of it cannot be read (${(cause as Error).message})`, cause);
  });
  const { members = [], self } = persistedFrom(records);
  const nodeId = self?.nodeId ?? firstId;
  const others = members.filter((member) => member.nodeId !== nodeId && member.state !== 'left');
  if (others.length === 0) throw refuse('No other node of its ring is known');
  log.warn(`the data directory is damaged (${damage.message}): asking the other nodes whether they can do without what is in it`);
  const address = await whoCanDoWithout(nodeId, others.map((member) => member.address));
  if (address === undefined) throw refuse('No other node says that nothing is lost without it');
  const folder = await setAside(dir, files).catch((cause: unknown) => {
    throw refuse((cause as Error).message, cause);
  });
  log.error(`what the damaged node ${nodeId} had lies in ${folder}: this is a new node; when it has its copies, forget the old one and remove the folder`);
  return address;
}

async function whoCanDoWithout(nodeId: string, addresses: readonly string[]): Promise<string | undefined> {
  for (const deadline = performance.now() + ASK_FOR_MS; performance.now() < deadline; await wait(ASK_EVERY_MS)) {
    for (const address of addresses) if (await canDoWithout(nodeId, address)) return address;
  }
  return undefined;
}

async function canDoWithout(nodeId: string, address: string): Promise<boolean> {
  try {
    const target = `${paths.canStop}?node=${nodeId}`;
    const { canStop } = await askNode<CanStopBody>({ address, target, schema: canStopBodySchema, bytesMax: BYTES_MAX, withinMs: ANSWER_MS });
    return canStop;
  } catch {
    return false;
  }
}
