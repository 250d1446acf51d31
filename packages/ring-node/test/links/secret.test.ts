import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Log, noLog } from '../../src/node/log.js';
import { readSecret } from '../../src/node/secret.js';
import { StartError } from '../../src/node/start-error.js';

test('a secret is what the file holds, without the white space around it', async (t) => {
  const { file, log, warnings } = await aSecretFile(t, '  sixteen bytes ok\r\n', 0o600);
  t.is(Buffer.from(await readSecret(file, log)).toString(), 'sixteen bytes ok');
  t.is(warnings(), 0);
});

test('a short secret is refused', async (t) => {
  const { file, log } = await aSecretFile(t, 'fifteen bytes !\n\n\n', 0o600);
  await t.throwsAsync(readSecret(file, log), { instanceOf: StartError, code: 'wrong-use' });
});

test('a missing file is refused, and named', async (t) => {
  const error = await t.throwsAsync(readSecret('/nowhere/secret', noLog()), { instanceOf: StartError, code: 'wrong-use' });
  t.true(error.message.includes('/nowhere/secret'));
});

test('a secret that everybody may read is warned of, and not said', async (t) => {
  const { file, log, warnings } = await aSecretFile(t, 'sixteen bytes ok', 0o644);
  await readSecret(file, log);
  t.is(warnings(), 1);
});

async function aSecretFile(t: ExecutionContext, text: string, mode: number): Promise<{ file: string; log: Log; warnings: () => number }> {
  const directory = await mkdtemp(join(tmpdir(), 'coring-secret-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = join(directory, 'secret');
  await writeFile(file, text);
  await chmod(file, mode);
  const log = noLog();
  let count = 0;
  log.warn = (...args: unknown[]) => {
    count++;
    t.false(JSON.stringify(args).includes(text.trim()));
  };
  return { file, log, warnings: () => count };
}
