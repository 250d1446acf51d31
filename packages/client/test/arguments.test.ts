import test from 'ava';
import { readArguments } from '../src/arguments.js';
import { ClientError } from '../src/client-error.js';

const commands: Record<string, unknown> = {
  '-put dir/f': { do: 'put', file: 'dir/f', name: 'f' },
  '--put f --as x/y': { do: 'put', file: 'f', name: 'x/y' },
  '-PUTFILE f': { do: 'put', file: 'f', name: 'f' },
  '--PUTFILE=f': { do: 'put', file: 'f', name: 'f' },
  '-put=a=b': { do: 'put', file: 'a=b', name: 'a=b' },
  '-get f': { do: 'get', name: 'f', output: 'f', copy: undefined },
  '--get=dir/f': { do: 'get', name: 'dir/f', output: 'f', copy: undefined },
  '-GETFILE f -o -': { do: 'get', name: 'f', output: '-', copy: undefined },
  '-get f -o there/g': { do: 'get', name: 'f', output: 'there/g', copy: undefined },
  '-o - --GETFILE f': { do: 'get', name: 'f', output: '-', copy: undefined },
  '-get f --copy 17-ab': { do: 'get', name: 'f', output: 'f', copy: '17-ab' },
  list: { do: 'list', prefix: '', conflicts: false },
  'list a/': { do: 'list', prefix: 'a/', conflicts: false },
  'list --conflicts': { do: 'list', prefix: '', conflicts: true },
  'rm f': { do: 'rm', name: 'f' },
  'rm -- -get': { do: 'rm', name: '-get' },
  'conflicts f': { do: 'conflicts', name: 'f' },
  'resolve f': { do: 'resolve', name: 'f', version: undefined },
  'resolve f 17-ab': { do: 'resolve', name: 'f', version: '17-ab' },
  status: { do: 'status' },
  watch: { do: 'watch', verbose: false },
  'watch -v': { do: 'watch', verbose: true },
  'watch --verbose': { do: 'watch', verbose: true },
  merges: { do: 'merges', name: undefined },
  'merges dir/f': { do: 'merges', name: 'dir/f' },
  echo: { do: 'echo', everyMs: undefined, log: undefined },
  'echo --every 60s --log /var/log/echo': { do: 'echo', everyMs: 60_000, log: '/var/log/echo' },
  'echo --every 2m': { do: 'echo', everyMs: 120_000, log: undefined },
  'message --text hi': { do: 'message', text: 'hi', clients: 1 },
  'message --clients 50': { do: 'message', text: undefined, clients: 50 },
  'hello localhost': { do: 'hello', host: 'localhost', port: 16_273, sleepSeconds: 0, retry: false },
  'hello [fe80::1%eth0] 5 -p 4000 --retry': { do: 'hello', host: 'fe80::1%eth0', port: 4000, sleepSeconds: 5, retry: true },
  scrub: { do: 'scrub', node: undefined },
  'scrub 127.0.0.1:4044': { do: 'scrub', node: '127.0.0.1:4044' },
  'leave 127.0.0.1:4044': { do: 'leave', node: '127.0.0.1:4044' },
  'forget abcd': { do: 'forget', node: 'abcd' },
  '-h': { do: 'help' },
  '--version': { do: 'version' },
};

for (const [line, command] of Object.entries(commands)) {
  test(`R21 webclient ${line}`, (t) => {
    t.deepEqual(readArguments(line.split(' ')).command as unknown, command);
  });
}

const addresses: Record<string, string> = {
  status: '127.0.0.1:4043',
  'status -i 10.0.0.1 -p 80': '10.0.0.1:80',
  'status -ip 10.0.0.1 -port 80': '10.0.0.1:80',
  'status --ip=10.0.0.1 --port=80': '10.0.0.1:80',
  'status -p 4044': '127.0.0.1:4044',
  'status -i ::1': '[::1]:4043',
  'status -i [::1]': '[::1]:4043',
  'status -i node.example': 'node.example:4043',
};

for (const [line, address] of Object.entries(addresses)) {
  test(`R21 webclient ${line} asks ${address}`, (t) => {
    t.is(readArguments(line.split(' ')).address, address);
  });
}

const wrong = [
  '',
  'status -v',
  '-get a -put b',
  '-get a -get b',
  '-put',
  '-get',
  '-get=',
  '-put a b',
  '-put a status',
  'list a b',
  'merges a b',
  'rm',
  'leave',
  'status now',
  'fetch a',
  '--bogus',
  '-get a --as b',
  '-put a -o b',
  'list -o b',
  'status -p 0',
  'status -p 65536',
  'status -p http',
  'status -i a/b',
  'status --timeout 0',
  'status --timeout soon',
  'status --timeout -1',
  '-get -put',
  'echo now',
  'echo --every 0s',
  'echo --every 25h',
  'echo --every often',
  'list --log a',
  'status --conflicts',
  'status --every 60s',
  'message hi',
  'message --clients 0',
  'message --clients 1001',
  'message --text',
  'list --text a',
  'hello',
  'hello a/b',
  'hello a soon',
  'hello a 1 2',
  'hello a -p 0',
  'status --retry',
];

for (const line of wrong) {
  test(`R19 webclient ${line} is wrong use`, (t) => {
    const error = t.throws(() => readArguments(line === '' ? [] : line.split(' ')), { instanceOf: ClientError });
    t.is(error?.code, 'wrong-use');
    t.false(error?.message.includes('\n'));
  });
}

test('R19 --timeout takes seconds and --json is off', (t) => {
  const read = readArguments(['status', '--timeout', '1.5']);
  t.is(read.timeoutMs, 1500);
  t.false(read.json);
});
