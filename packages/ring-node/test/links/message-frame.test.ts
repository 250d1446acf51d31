import test from 'ava';
import { LinkError } from '../../src/node/links/link-error.js';
import { messageFrame, openMessageFrame } from '../../src/node/links/message-frame.js';
import { aPing } from './two-nodes.js';

const ping = aPing('a'.repeat(32));

test('a message comes out of its frame as it went in, with the bytes that went with it', (t) => {
  for (const bytes of [undefined, Buffer.alloc(0), Buffer.from([1, 0, 255]), Buffer.alloc(65_536, '{')]) {
    const opened = openMessageFrame(messageFrame(ping, bytes));
    t.deepEqual(JSON.parse(opened.json.toString()), ping);
    t.deepEqual(opened.bytes, bytes);
  }
});

test('bytes that changed on the way are not taken', (t) => {
  const frame = messageFrame(ping, Buffer.from('content'));
  frame[frame.length - 1]! ^= 1;
  t.is(t.throws(() => openMessageFrame(frame), { instanceOf: LinkError })?.code, 'bad-frame');
});

test('a frame that is shorter than it says is not taken', (t) => {
  const frame = messageFrame(ping, Buffer.from('content'));
  for (const end of [1, 8, 9, 20]) t.is(t.throws(() => openMessageFrame(frame.subarray(0, end)), { instanceOf: LinkError })?.code, 'bad-frame');
});
