import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { readArguments, usage } from './arguments.js';
import { isJournal, openLog } from './log.js';
import { Outside } from './serve/outside.js';
import { startNode } from './start-node.js';
import { StartError } from './start-error.js';
import { version } from './version.js';

/** A node that is to stop while it starts is waited for so long, in milliseconds: one that still looks for its ring has nothing to take leave of. */
const STARTING_MS = 1_000;

// Left to itself the space of young objects grows to 48 MB, and buffers that nobody needs any more are found late: a node that passes large files
// on took 150 MB instead of 115. What is kept small is walked more often: a small PUT costs about a quarter more processor time.
setFlagsFromString('--semi-space-growth-factor=1');
await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  try {
    if (args[0] === 'units') return void process.stdout.write(await (await import('./units/command.js')).units(args.slice(1)));
    const command = readArguments(args);
    if (command.do === 'help') return void process.stdout.write(usage);
    if (command.do === 'version') return void process.stdout.write(`${version}\n`);
    const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '';
    const log = await openLog({ format: command.logFormat, verbose: command.verbose, colour });
    if (command.startSleepMs > 0) {
      log.info(`sleeps for ${command.startSleepMs / 1000} s before it starts`);
      await wait(command.startSleepMs);
    }
    const outside = await Outside.open(command.serving, log);
    const options = { ...command.options, log, ...(outside.entrances === undefined ? {} : { entrances: outside.entrances }) };
    let starting = startNode(options);
    if (command.options.wait === true) outside.looksForRing();
    let stopping = false;
    const stop = async (why: string): Promise<void> => {
      if (stopping) return;
      stopping = true;
      log.info(why);
      await outside.beginToStop(why);
      const started = await Promise.race([starting.catch(() => undefined), wait(STARTING_MS)]);
      await started?.stop().catch(end);
      await outside.ended();
      process.exit(0);
    };
    process.on('SIGINT', (signal) => void stop(`${signal}: leaving the ring`));
    process.on('SIGTERM', (signal) => void stop(`${signal}: leaving the ring`));
    for (;;) {
      const node = await starting.catch(async (error: unknown) => {
        await outside.beginToStop((error as Error).message);
        throw error;
      });
      process.title = `ring-node ${node.address}`;
      outside.serves(node);
      outside.letsSleep(node, () => void stop('nobody uses this node: it sleeps until somebody does'));
      node.events.on('left', ({ mode }: { mode: string }) => {
        if (mode === 'for-good') void stop('the ring needs this node no more: the program ends, its data directory may go');
      });
      const reason = await node.failed;
      // What fails at the end of a node that cannot go on must not hide why.
      await node.stop().catch((error: unknown) => log.debug({ err: error }, 'the node did not stop cleanly'));
      if (reason.code !== 'damaged') {
        await outside.beginToStop(reason.message);
        end(reason);
      }
      outside.startsAnew(reason.message);
      starting = startNode({ ...options, listen: node.address, damage: reason.cause as Error });
    }
  } catch (error) {
    end(error);
  }
}

/** Ends with one line on standard error and the exit code that belongs to the reason. */
function end(error: unknown): never {
  process.stderr.write(`${isJournal(process.stderr.fd) ? '<3>' : ''}ring-node: ${(error as Error).message}\n`);
  process.exit(error instanceof StartError ? error.exitCode : 1);
}
