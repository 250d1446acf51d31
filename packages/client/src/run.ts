import { readFileSync } from 'node:fs';
import { type Arguments, readArguments } from './arguments.js';
import { ClientError, messageOf } from './client-error.js';
import { conflicts } from './commands/conflicts.js';
import type { Context } from './commands/context.js';
import { echo } from './commands/echo.js';
import { get } from './commands/get.js';
import { hello } from './commands/hello.js';
import { list } from './commands/list.js';
import { merges } from './commands/merges.js';
import { message } from './commands/message.js';
import { operate } from './commands/operate.js';
import { put } from './commands/put.js';
import { resolve } from './commands/resolve.js';
import { rm } from './commands/rm.js';
import { scrub } from './commands/scrub.js';
import { status } from './commands/status.js';
import { watch } from './commands/watch.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { userCache } from './node-cache.js';
import { nodeClient } from './node-client.js';
import { paint, type Screen } from './screen.js';
import { plain } from './text/plain.js';
import { usage } from './usage.js';

/** Does what the command line says and gives the exit code; every error is one line on standard error. */
export async function run(args: readonly string[], { stdout, stderr }: Pick<Screen, 'stdout' | 'stderr'>, signal: AbortSignal): Promise<number> {
  let json = false;
  try {
    const read = readArguments(args);
    json = read.json;
    await carryOut(read, { stdout, stderr, json }, signal);
    return exitCodes.done;
  } catch (error) {
    stderr.write(json ? `${JSON.stringify({ error: { code: codeOf(error), message: messageOf(error) } })}\n` : `${paint('webclient', 'red', stderr)}: ${plain(messageOf(error))}\n`);
    return exitCodeOf(error);
  }
}

async function carryOut({ command, address, timeoutMs }: Arguments, screen: Screen, signal: AbortSignal): Promise<void> {
  if (command.do === 'help') return void screen.stdout.write(usage);
  if (command.do === 'version') return void screen.stdout.write(`${version()}\n`);
  if (command.do === 'hello') return hello(screen, command, timeoutMs, signal);
  const client = nodeClient({ address, timeoutMs, signal, cache: userCache(process.env) });
  const context: Context = { client, screen, signal };
  try {
    switch (command.do) {
      case 'put':
        return await put(context, command.file, command.name);
      case 'get':
        return await get(context, command.name, command.output, command.copy);
      case 'list':
        return await list(context, command.prefix, command.conflicts);
      case 'rm':
        return await rm(context, command.name);
      case 'conflicts':
        return await conflicts(context, command.name);
      case 'resolve':
        return await resolve(context, command.name, command.version);
      case 'merges':
        return await merges(context, command.name);
      case 'scrub':
        return await scrub(context, command.node);
      case 'status':
        return await status(context);
      case 'echo':
        return await echo(context, command);
      case 'message':
        return await message(context, command);
      case 'watch':
        return await watch(context, command.verbose);
      case 'leave':
      case 'forget':
        return await operate(context, command.do, command.node);
    }
  } finally {
    await client.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof ClientError ? error.code : 'internal';
}

function version(): string {
  const { version: found } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return found;
}
