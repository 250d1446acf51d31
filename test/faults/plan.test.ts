import { Random } from '@coring/simulator';
import test from 'ava';
import { aPlan, type Fault, type NetworkFault } from './plan.js';

const SEEDS = 300;
const plans = Array.from({ length: SEEDS }, (_, seed) => aPlan(new Random(seed)));

test('a seed makes the same plan again', (t) => {
  t.deepEqual(Array.from({ length: SEEDS }, (_, seed) => aPlan(new Random(seed))), plans);
  t.true(new Set(plans.map((plan) => JSON.stringify(plan))).size > 0.9 * SEEDS);
});

test('of the seeds some lose packets both ways, some only those to a host, some only those from it', (t) => {
  const lossy = plans.flatMap(({ faults }) => faults.filter(isLoss));
  const ways = lossy.map(({ pairs }) => {
    const [froms, tos] = [new Set(pairs.map(([from]) => from)), new Set(pairs.map(([, to]) => to))];
    return pairs.some(([from, to]) => pairs.some(([other, back]) => from === back && to === other)) ? 'both' : tos.size === 1 ? 'to one' : froms.size === 1 ? 'from one' : 'else';
  });
  t.deepEqual([...new Set(ways)].sort(), ['both', 'from one', 'to one']);
});

function isLoss(fault: Fault): fault is NetworkFault {
  return fault.kind === 'network' && fault.lane.loss !== undefined;
}
