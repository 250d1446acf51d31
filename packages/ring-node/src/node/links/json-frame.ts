import { isUtf8 } from 'node:buffer';
import { parseJson, ProtocolError } from '@coring/protocol/validate';
import { linkLimits } from './limits.js';

/** The value of a frame of JSON. @throws ProtocolError where it is not UTF-8, not JSON, or nested deeper than any message is */
export function parseFrame(frame: Buffer): unknown {
  if (!isUtf8(frame)) throw new ProtocolError('not-json', 'the frame is not UTF-8');
  if (isDeeperThan(linkLimits.jsonDepthMax, frame)) throw new ProtocolError('not-json', `the JSON is nested deeper than ${linkLimits.jsonDepthMax}`);
  return parseJson(frame.toString('utf8'));
}

/** Looked at before parsing: a few megabytes of brackets would become hundreds of megabytes of objects. */
function isDeeperThan(depthMax: number, json: Buffer): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) isText = !isText;
    else if (isText) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > depthMax) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
