import type { Mutation } from '@coring/ring-node/ring';
import { type ScheduleName, schedules } from './index.js';
import { InVain, Stage } from './stage.js';

export interface Playing {
  readonly mutations?: readonly Mutation[];
  /** Draws what the schedule leaves open: the nodes' ids, how long each message takes. */
  readonly seed?: number;
  readonly listener?: (line: string) => void;
}

/** Plays a hand-written schedule to its end. Returns what was found wrong. */
export function play(name: ScheduleName, { mutations = [], seed = 1, listener }: Playing = {}): readonly string[] {
  const { schedule, nodes, ...rest } = schedules[name];
  const stage = new Stage(nodes, { seed, ...('changes' in rest ? rest.changes : {}) }, mutations, listener);
  try {
    schedule(stage);
  } catch (error) {
    if (!(error instanceof InVain)) throw error;
    return [`in-vain: ${error.message}`];
  }
  return stage.end();
}
