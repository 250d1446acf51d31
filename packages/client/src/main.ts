import { ClientError } from './client-error.js';
import { run } from './run.js';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // A second time the process ends at once.
  process.once(signal, () => interrupt.abort(new ClientError('interrupted', 'interrupted')));
}
// Whoever reads our output may have had enough, as head has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), process, interrupt.signal);
