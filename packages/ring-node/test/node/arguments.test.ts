import test from 'ava';
import { readArguments } from '../../src/node/arguments.js';
import { StartError } from '../../src/node/start-error.js';

test('R01 without arguments a node is started with the defaults', (t) => {
  t.deepEqual(readArguments([]), { do: 'start', options: {}, serving: { serve: [], hello: {} }, startSleepMs: 0, verbose: false, logFormat: 'pretty' });
});

test('R04 -i and -p name the peer together', (t) => {
  t.like(readArguments(['-i', '127.0.0.1', '-p', '4043']), { options: { join: '127.0.0.1:4043' } });
  t.like(readArguments(['--ip', '::1', '--port', '4043']), { options: { join: '[::1]:4043' } });
  for (const args of [['-i', '127.0.0.1'], ['-p', '4043']]) t.is(wrongUse(args), 'wrong-use');
});

test('the settings of the ring are read with their units', (t) => {
  t.like(readArguments(['--copies', 'all', '--forget-after', '90s', '--writes', 'strong', '--min-copies', '2']), {
    options: { copies: 'all', forgetAfterMs: 90_000, writes: 'strong', minCopies: 2 },
  });
});

test('the rate at which copies move is given in megabytes per second', (t) => {
  t.like(readArguments(['--move-rate', '20']), { options: { moveRate: 20_000_000 } });
});

test('how often all copies are read is a time, or never', (t) => {
  t.like(readArguments(['--scrub-every', '7d']), { options: { scrubEveryMs: 604_800_000 } });
  t.like(readArguments(['--scrub-every', 'never']), { options: { scrubEveryMs: Infinity } });
});

test('C05 C09 how small services are served', (t) => {
  t.like(readArguments(['--hello-lines', '--hello-keep-open', '--hello-acknowledge', '--hello-read-size', '4', '--backlog', '5', '--workers', '2']), {
    serving: { hello: { end: 'line', keepOpen: true, acknowledge: true, readBytes: 4 }, backlog: 5, workers: 2 },
  });
  for (const args of [['--hello-read-size', '0'], ['--backlog', '0'], ['--workers', '0'], ['--workers', '65'], ['--workers', 'x']]) t.is(wrongUse(args), 'wrong-use');
});

test('U08 --messages-log names a file', (t) => {
  t.like(readArguments(['--messages-log', 'messages.log']), { options: { messagesLog: 'messages.log' } });
});

test('A08 --start-sleep is in seconds', (t) => {
  t.like(readArguments(['--start-sleep', '3']), { startSleepMs: 3000 });
  for (const text of ['-1', '1.5', 'long', '86401']) t.is(wrongUse([`--start-sleep=${text}`]), 'wrong-use');
});

for (const args of [['--copies', '0'], ['--scrub-every', 'often'], ['--move-rate', '0'], ['--copies', 'many'], ['--forget-after', '10'], ['--writes', 'maybe'], ['-i', 'x', '-p', '70000'], ['--nonsense'], ['stray'], ['--log', 'xml'], ['-i', '', '-p', '1']]) {
  test(`wrong use: ${args.join(' ')}`, (t) => {
    t.is(wrongUse(args), 'wrong-use');
  });
}

function wrongUse(args: readonly string[]): string | undefined {
  try {
    readArguments(args);
    return undefined;
  } catch (error) {
    return error instanceof StartError && !error.message.includes('\n') ? error.code : undefined;
  }
}
