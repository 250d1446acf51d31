import test from 'ava';
import { errorBodySchema, errorCodes, statusOf } from '../src/index.js';
import { fits } from '../src/validate.js';

test('every error code has one status of HTTP, and nothing else has', (t) => {
  t.deepEqual(Object.keys(statusOf).sort(), [...errorCodes].sort());
  for (const code of errorCodes) t.true(Number.isInteger(statusOf[code]) && statusOf[code] >= 400 && statusOf[code] <= 599, code);
});

test('every error code is written alike and once', (t) => {
  for (const code of errorCodes) t.regex(code, /^[a-z]+(-[a-z]+)*$/);
  t.is(new Set(errorCodes).size, errorCodes.length);
});

// Clients branch on these: one that goes missing here was renamed.
test('the codes of the first release are all there', (t) => {
  const first = [
    'bad-request', 'bad-name', 'bad-header', 'bad-range', 'bad-digest', 'not-found', 'no-such-route', 'method-not-allowed', 'request-timeout', 'length-required',
    'length-mismatch', 'too-large', 'headers-too-large', 'precondition-failed', 'no-such-node', 'conflict', 'unavailable', 'not-strong', 'outcome-unknown',
    'not-joined', 'stopping', 'too-busy', 'disk-full', 'disk-failed', 'internal',
  ];
  t.deepEqual(first.filter((code) => !(errorCodes as readonly string[]).includes(code)), []);
});

test('the body of an error names a known code', (t) => {
  t.is(fits(errorBodySchema, { error: { code: 'not-found', message: 'no such file' } }), undefined);
  t.is(typeof fits(errorBodySchema, { error: { code: 'no-such-code', message: '' } }), 'string');
  t.is(typeof fits(errorBodySchema, { message: 'no such file' }), 'string');
});
