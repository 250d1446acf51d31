import { type Arguments, parseArguments, usage } from './arguments.js';
import { churnFigures } from './churn-figures.js';
import { membershipFigures, type Traffic } from './membership-figures.js';
import { checkersOf, noticedMutations } from './noticed-mutations.js';
import { runSeeds } from './run-seeds.js';

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  let parsed: Arguments;
  try {
    parsed = parseArguments(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    return 2;
  }
  if (parsed.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (parsed.listsMutations) return tellMutations();
  if (parsed.churn !== undefined) return tellChurn(parsed.churn);
  return parsed.membership === undefined ? runSeeds(parsed) : tellFigures(parsed.membership);
}

function tellMutations(): number {
  let isAllNoticed = true;
  for (const { mutation, schedule, plays, violations } of noticedMutations()) {
    isAllNoticed &&= violations.length > 0;
    process.stdout.write(`${mutation.padEnd(28)} ${schedule.padEnd(30)} ${String(plays).padStart(3)}  ${checkersOf({ violations }).join(', ') || 'not noticed'}\n`);
  }
  return isAllNoticed ? 0 : 1;
}

function tellChurn(nodes: number): number {
  const { crashes, stops, pauses, falselyDownSeconds, wholeAgainSeconds, messagesPerSecondAndNode, tookSeconds } = churnFigures(nodes);
  process.stdout.write(
    `${nodes} nodes, an hour of ${crashes} crashes, ${stops} stops and ${pauses} pauses of up to 10 s: healthy nodes held down for ${falselyDownSeconds} s in all; ` +
      `one ring ${wholeAgainSeconds} s after the end; ${messagesPerSecondAndNode.toFixed(1)} messages per second and node (${tookSeconds.toFixed(0)} s)\n`,
  );
  return Number.isFinite(wholeAgainSeconds) ? 0 : 1;
}

function tellFigures(nodes: number): number {
  const { firstDownSeconds, allDownSeconds, falseDowns, atRest, inStalls, tookSeconds } = membershipFigures(nodes);
  process.stdout.write(
    `${nodes} nodes: a crash is noticed after ${firstDownSeconds.toFixed(1)} s, known to all after ${allDownSeconds.toFixed(1)} s (middle of several); ` +
      `${falseDowns} healthy nodes held down; ${said(atRest)}. While every tenth node stands still for up to 3 s again and again: ${inStalls.downs} held down; ${said(inStalls)} (${tookSeconds.toFixed(1)} s)\n`,
  );
  return falseDowns + inStalls.downs > 0 ? 1 : 0;

  function said({ messages, bytes }: Traffic): string {
    return `${messages.toFixed(1)} messages and ${bytes.toFixed(0)} bytes per second and node`;
  }
}
