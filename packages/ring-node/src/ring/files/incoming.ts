import type { GetRequest } from '../client-request.js';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import type { Op } from './op.js';
import { isOfUpload } from './staging.js';

/** How often somebody who waits for an upload looks again, in milliseconds. */
const AGAIN_MS = 100;
/** An upload that is here whole becomes a version within this time, or most likely never: whoever took it in may have died. In milliseconds. */
const SETTLING_MS = 10_000;

/** Whether an upload under this name comes in here: from a client, or from the node that takes it from one. */
export function isIncoming({ files }: RingState, turn: Turn, name: string): boolean {
  for (const upload of files.uploads.values()) if (upload.name === name) return true;
  for (const fetching of files.fetches.values()) if (fetching.name === name && isOfUpload(fetching)) return true;
  for (const staged of files.staged.values()) if (staged.name === name && staged.uploads.length > 0 && turn.nowMs - staged.sinceMs < SETTLING_MS) return true;
  return false;
}

/** Whether there is nothing to read of a name here. */
export function isNothing({ register: { value } }: Entry): boolean {
  return value === undefined || value.deleted;
}

/**
 * Where there is nothing yet but an upload comes in, readers wait for it, up to their deadline. They stand beside the line of operations on
 * the name: the upload itself may have to pass.
 */
export function waitForUpload({ files, timers }: RingState, turn: Turn, op: Op): void {
  for (const ref of op.clients.splice(0)) {
    files.readers.add(ref);
    setTimer(timers, { type: 'upload-due', key: ref }, turn.nowMs + AGAIN_MS);
  }
}

/** What a reader that waits asks for, to be asked again; undefined where it is better to let its time run out. */
export function askedAgain({ files }: RingState, turn: Turn, ref: string): GetRequest | undefined {
  const client = files.clients.get(ref);
  if (client?.request.op !== 'get' || !files.readers.has(ref) || client.endsAtMs - turn.nowMs < 5 * AGAIN_MS) return undefined;
  files.readers.delete(ref);
  return client.request;
}
