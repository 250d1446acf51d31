import test from 'ava';
import fc from 'fast-check';
import { formatListenAddress, type ListenAddress, parseListenAddress, SocketError, VSOCK_ANY } from '../src/index.js';

const tcp = (host: string, port: number): ListenAddress => ({ family: 'ip', type: 'stream', host, port });
const udp = (host: string, port: number): ListenAddress => ({ family: 'ip', type: 'datagram', host, port });

const read: readonly (readonly [text: string, address: ListenAddress])[] = [
  ['127.0.0.1:3000', tcp('127.0.0.1', 3000)],
  ['[::]:3000', tcp('::', 3000)],
  [':3000', tcp('', 3000)],
  ['*:3000', tcp('', 3000)],
  ['localhost:0', tcp('localhost', 0)],
  ['[fe80::1%eth0]:3000', tcp('fe80::1%eth0', 3000)],
  ['fe80::1%eth0:3000', tcp('fe80::1%eth0', 3000)],
  ['tcp:[::1]:3000', tcp('::1', 3000)],
  ['tcp4::3000', { family: 'ip', type: 'stream', host: '', port: 3000, only: 4 }],
  ['tcp6:3000', { family: 'ip', type: 'stream', host: '', port: 3000, only: 6 }],
  ['udp:0.0.0.0:3000', udp('0.0.0.0', 3000)],
  ['udp::3000', udp('', 3000)],
  ['udp:3000', udp('', 3000)],
  ['udp6:[::1]:3000', { family: 'ip', type: 'datagram', host: '::1', port: 3000, only: 6 }],
  ['unix:/run/coring.sock', { family: 'unix', type: 'stream', path: '/run/coring.sock' }],
  ['unix:@coring', { family: 'unix', type: 'stream', path: '@coring' }],
  ['/run/coring.sock', { family: 'unix', type: 'stream', path: '/run/coring.sock' }],
  ['unix-dgram:coring.sock', { family: 'unix', type: 'datagram', path: 'coring.sock' }],
  ['vsock:2:3000', { family: 'vsock', type: 'stream', cid: 2, port: 3000 }],
  ['vsock::3000', { family: 'vsock', type: 'stream', cid: VSOCK_ANY, port: 3000 }],
  ['vsock:4294967295:3000', { family: 'vsock', type: 'stream', cid: VSOCK_ANY, port: 3000 }],
  ['ListenStream=54321', tcp('', 54_321)],
  ['ListenStream=[::1]:54321', tcp('::1', 54_321)],
  ['ListenStream=/run/coring.sock', { family: 'unix', type: 'stream', path: '/run/coring.sock' }],
  ['ListenStream=vsock::3000', { family: 'vsock', type: 'stream', cid: VSOCK_ANY, port: 3000 }],
  ['ListenDatagram=127.0.0.1:3000', udp('127.0.0.1', 3000)],
  ['ListenDatagram=@coring', { family: 'unix', type: 'datagram', path: '@coring' }],
];

for (const [text, address] of read) {
  test(`A01 ${text} is understood`, (t) => t.deepEqual(parseListenAddress(text), address));
}

const refused: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /no port/],
  ['127.0.0.1', /no port/],
  ['3000', /no host|no port/],
  ['::1', /\[::1\]:PORT/],
  ['::1:3000', /\[::1:3000\]:PORT/],
  ['127.0.0.1:', /no port/],
  ['127.0.0.1:65536', /"65536" is no port/],
  ['127.0.0.1:http', /"http" is no port/],
  ['999.0.0.1:80', /no host/],
  ['[127.0.0.1]:80', /no IPv6/],
  ['[::1]80', /no host|no port/],
  ['tcp4:[::1]:80', /no IPv4/],
  ['tcp6:127.0.0.1:80', /no IPv6/],
  ['unix:', /no path/],
  [`unix:/${'x'.repeat(107)}`, /longer than 107/],
  ['unix:/a\0b', /NUL/],
  ['vsock:3000', /vsock:CID:PORT/],
  ['vsock:x:3000', /no CID/],
  ['vsock:1:4294967295', /no port/],
  ['ListenFIFO=/run/x', /ListenStream= and ListenDatagram=/],
  ['ListenDatagram=vsock::3000', /no datagrams over vsock/],
  ['http://127.0.0.1:80', /no host/],
];

for (const [text, why] of refused) {
  test(`A01 ${JSON.stringify(text.slice(0, 40))} is refused in one line`, (t) => {
    const error = t.throws(() => parseListenAddress(text), { instanceOf: SocketError, code: 'bad-address' });
    t.regex(error.message, why);
    t.notRegex(error.message, /\n/);
  });
}

test('C08 a bare IPv6 address is enough where there is a default port', (t) => {
  for (const host of ['::1', 'fe80::1%eth0', '::', 'localhost', '10.0.0.1']) t.deepEqual(parseListenAddress(host, 16_273), tcp(host, 16_273));
  t.deepEqual(parseListenAddress('[::1]', 16_273), tcp('::1', 16_273));
  t.deepEqual(parseListenAddress('udp:::1', 16_273), udp('::1', 16_273));
  t.deepEqual(parseListenAddress('[::1]:7', 16_273), tcp('::1', 7));
});

test('C08 a bare IPv6 address whose end may be meant for a port is refused, with both that it may be', (t) => {
  const error = t.throws(() => parseListenAddress('::1:3000', 16_273), { instanceOf: SocketError, code: 'bad-address' });
  t.regex(error.message, /\[::1\]:3000, or \[::1:3000\], is one/);
  t.deepEqual(parseListenAddress('[::1:3000]', 16_273), tcp('::1:3000', 16_273));
  t.deepEqual(parseListenAddress('fe80::1:3000%eth0', 16_273), tcp('fe80::1:3000%eth0', 16_273));
});

test('an address that is written is read as the same', (t) => {
  const port = fc.integer({ min: 0, max: 65_535 });
  const type = fc.constantFrom('stream' as const, 'datagram' as const);
  const host = fc.oneof(fc.constant(''), fc.ipV4(), fc.ipV6(), fc.domain());
  const address: fc.Arbitrary<ListenAddress> = fc.oneof(
    fc.record({ family: fc.constant('ip' as const), type, host, port }),
    fc.record({ family: fc.constant('ip' as const), type, host: fc.ipV6(), port, only: fc.constant(6 as const) }),
    fc.record({ family: fc.constant('unix' as const), type, path: fc.stringMatching(/^[/@][a-z0-9 :=%./-]{1,80}$/).filter((path) => path === path.trim()) }),
    fc.record({ family: fc.constant('vsock' as const), type: fc.constant('stream' as const), cid: fc.integer({ min: 0, max: VSOCK_ANY }), port }),
  );
  // A mapped address is written as the version 4 one that it stands for.
  fc.assert(fc.property(address, (address) => (address.family === 'ip' && /^::ffff:/i.test(address.host)) || t.deepEqual(parseListenAddress(formatListenAddress(address)), address)));
});

test('no text makes the reader of addresses throw anything else', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...':[]%@/=udpnix-46vsock0129. '.split('')) })), (text) => {
      try {
        parseListenAddress(text);
      } catch (error) {
        t.true(error instanceof SocketError && error.code === 'bad-address', text);
      }
    }),
  );
  t.pass();
});
