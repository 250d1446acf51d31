import { attachedDigest, type Message } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { stagedKey } from './kept.js';
import { dropStaged, stage } from './staging.js';

type Named = Extract<Message, { name: string }>;

/** Bytes that came with a message are staged for the time that it is being handled. */
export function stageAttached(ring: RingState, turn: Turn, message: Named, token: string): void {
  const key = keyOf(message);
  if (key === undefined) turn.save({ do: 'discard', token });
  else stage(ring, turn, key, { token, name: message.name });
}

/** What the message had no use for goes: it was late, or refused, and whoever asks again sends them again. */
export function dropAttached({ files }: RingState, turn: Turn, message: Named, token: string): void {
  const key = keyOf(message);
  const staged = key === undefined ? undefined : files.staged.get(key);
  if (staged?.token === token) dropStaged(files, turn, key!, staged);
}

function keyOf(message: Named): string | undefined {
  const digest = attachedDigest(message);
  return digest === undefined ? undefined : stagedKey(message.name, digest);
}
