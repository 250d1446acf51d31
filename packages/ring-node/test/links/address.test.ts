import test from 'ava';
import * as fc from 'fast-check';
import { formatAddress, isLoopback, isUnspecified, parseAddress, plainHost, readAddress } from '../../src/node/address.js';
import { StartError } from '../../src/node/start-error.js';

for (const [text, host, port] of [
  ['127.0.0.1:4043', '127.0.0.1', 4043],
  ['[::1]:4043', '::1', 4043],
  [':4043', '', 4043],
  ['127.0.0.1:', '127.0.0.1', undefined],
  ['node-1.example.org:80', 'node-1.example.org', 80],
  ['localhost:0', 'localhost', 0],
  ['[fe80::1%eth0]:1', 'fe80::1%eth0', 1],
] as const) {
  test(`${text} is an address`, (t) => {
    t.deepEqual(parseAddress(text), { host, ...(port === undefined ? {} : { port }) });
  });
}

for (const [text, host, port] of [
  ['::1', '::1', undefined],
  ['[::1]', '::1', undefined],
  ['[::1]:', '::1', undefined],
  ['2001:db8::1', '2001:db8::1', undefined],
  ['fe80::1%eth0', 'fe80::1%eth0', undefined],
  ['[fe80::1%br-1.2]', 'fe80::1%br-1.2', undefined],
  ['fe80::1%eth0:4043', 'fe80::1%eth0', 4043],
  ['[2001:db8::4043]', '2001:db8::4043', undefined],
  ['::', '::', undefined],
] as const) {
  test(`C08 ${text} is an address where people write it`, (t) => {
    t.deepEqual(parseAddress(text), { host, ...(port === undefined ? {} : { port }) });
  });
}

test('C08 a bare IPv6 address whose end may be meant for a port is refused, with both that it may be', (t) => {
  t.throws(() => parseAddress('::1:4043'), { code: 'wrong-use', message: '"::1:4043" is no address: [::1]:4043, or [::1:4043], is one' });
});

for (const text of ['', '4043', 'host', 'host:x', 'host:-1', 'host:65536', '::1:4043', '[host]:1', '[host]', 'eth0%a:1', 'fe80::1%eth0:x', 'fe80::1%:1', 'a b:1', 'http://host:1', 'host:1/path', 'user@host:1', 'host:1\n', '[::1]]:1']) {
  test(`${JSON.stringify(text)} is no address`, (t) => {
    t.is(readAddress(text), undefined);
    t.throws(() => parseAddress(text), { instanceOf: StartError, code: 'wrong-use' });
  });
}

test('what is formatted is read back', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), fc.integer({ min: 0, max: 65_535 }), (host, port) => {
      t.deepEqual(readAddress(formatAddress(host, port)), { host, port });
    }),
  );
});

test('all of 127.0.0.0/8 and ::1 are loopback, in every spelling', (t) => {
  for (const host of ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', 'localhost', 'LocalHost']) t.true(isLoopback(host), host);
  for (const host of ['', '0.0.0.0', '::', '128.0.0.1', '10.0.0.1', '::2', '::ffff:10.0.0.1', 'localhost.example.org', '127.0.0.1.example.org', '127.1']) t.false(isLoopback(host), host);
});

test('an unspecified host stands for all addresses', (t) => {
  for (const host of ['', '0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0']) t.true(isUnspecified(host), host);
  for (const host of ['127.0.0.1', '::1', 'localhost']) t.false(isUnspecified(host), host);
});

test('an IPv4 address that a dual-stack socket shows is written plainly', (t) => {
  t.is(plainHost('::ffff:10.0.0.1'), '10.0.0.1');
  t.is(plainHost('::1'), '::1');
});
