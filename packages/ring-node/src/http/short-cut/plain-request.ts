import { paths } from '@coring/protocol';

/** A GET or HEAD of a file that asks for nothing else: no part, no condition, no version. */
export interface PlainRequest {
  readonly method: 'GET' | 'HEAD';
  /** The path as it was sent, percent-encoding included. */
  readonly path: string;
  /** Where the next request of the text would begin. */
  readonly end: number;
}

/** Blocks of header fields found plain before: a client sends the same ones again and again. */
const plainBlocks = new Set<string>();
const BLOCKS_MAX = 256;
const BLOCK_LENGTH_MAX = 2048;

const begins = [`GET ${paths.files}`, `HEAD ${paths.files}`] as const;
const VERSION = ' HTTP/1.1\r\n';

/**
 * The request that begins there in the text, whose characters are bytes; undefined where it is not whole, or where anything about it is not
 * plain. It takes only what it knows all of: whatever an HTTP parser might see otherwise is for that parser. RFC 9112, sections 3 and 5.
 */
export function plainRequest(text: string, from: number): PlainRequest | undefined {
  const begin = begins.find((one) => text.startsWith(one, from));
  if (begin === undefined) return undefined;
  const method = begin === begins[0] ? 'GET' : 'HEAD';
  const pathBegin = from + method.length + 1;
  const pathEnd = text.indexOf(' ', pathBegin);
  if (pathEnd === -1 || !text.startsWith(VERSION, pathEnd)) return undefined;
  const blockBegin = pathEnd + VERSION.length;
  const blockEnd = text.indexOf('\r\n\r\n', blockBegin);
  if (blockEnd === -1 || blockEnd - blockBegin > BLOCK_LENGTH_MAX) return undefined;
  const path = text.slice(pathBegin, pathEnd);
  if (!/^[\w./~!$&'()*+,;=:@%-]+$/.test(path) || path.length === paths.files.length) return undefined;
  return isPlain(text.slice(blockBegin, blockEnd)) ? { method, path, end: blockEnd + 4 } : undefined;
}

function isPlain(block: string): boolean {
  if (plainBlocks.has(block)) return true;
  const names: string[] = [];
  for (const line of block.split('\r\n')) {
    const field = /^([!#$%&'*+.^`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/.exec(line);
    if (field === null || !isPlainField(field[1]!.toLowerCase(), field[2]!)) return false;
    names.push(field[1]!.toLowerCase());
  }
  if (names.filter((name) => name === 'host').length !== 1) return false;
  if (plainBlocks.size >= BLOCKS_MAX) plainBlocks.clear();
  plainBlocks.add(block);
  return true;
}

/** Fields that change what is asked or told, how the request is framed, or what becomes of the connection. */
const meaning = /^(?:if-.*|coring-.*|origin|range|expect|content-length|transfer-encoding|te|trailer|upgrade|http2-settings|proxy-.*)$/;

function isPlainField(name: string, value: string): boolean {
  if (name === 'connection') return value.toLowerCase() === 'keep-alive';
  return name === 'host' ? value !== '' : !meaning.test(name);
}
