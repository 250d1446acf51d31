import type { Mutation } from '@coring/ring-node/ring';
import { type ScheduleName, schedules } from './index.js';
import { Stage } from './stage.js';

/** Plays a hand-written schedule to its end. Returns what was found wrong. */
export function play(name: ScheduleName, mutations: readonly Mutation[] = [], listener?: (line: string) => void): readonly string[] {
  const { schedule, nodes, ...rest } = schedules[name];
  const stage = new Stage(nodes, 'changes' in rest ? rest.changes : {}, mutations, listener);
  schedule(stage);
  return stage.end();
}
