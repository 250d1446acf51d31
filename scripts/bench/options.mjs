import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const usage = `Usage: npm run bench -- [options]

  --only ROW        measures this row alone; may be given several times. The table is printed, not written
  --rounds N        rounds of each contest (default 5)
  --seconds N       how long a side is measured in each round (default 2)
  --profile         also says where the processor time of our nodes went; the table is printed, not written
  --folder DIR      where the servers keep their files (default: the system's temporary folder)
`;

/** What the command line asks for; undefined where that is help, or not to be understood. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: { only: { type: 'string', multiple: true, default: [] }, rounds: { type: 'string' }, seconds: { type: 'string' }, folder: { type: 'string' }, profile: { type: 'boolean', default: false }, help: { type: 'boolean' } },
    });
    if (values.help === true) return undefined;
    const rounds = Number(values.rounds ?? 5);
    const seconds = Number(values.seconds ?? 2);
    if (!Number.isInteger(rounds) || rounds < 1 || !(seconds > 0)) return undefined;
    return { only: values.only.flatMap((names) => names.split(',')), rounds, seconds, folder: values.folder ?? tmpdir(), profile: values.profile };
  } catch {
    return undefined;
  }
}
