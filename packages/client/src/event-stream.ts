import type { IncomingMessage } from 'node:http';

/** One server-sent event. Source: WHATWG HTML, section 9.2. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** A longer line is no event of a node. */
const LINE_CHARACTERS_MAX = 4 * 1024 * 1024;

/** The events of a stream, until it ends. */
export async function* readEvents(answer: IncomingMessage): AsyncGenerator<SentEvent, void, undefined> {
  let rest = '';
  let id: string | undefined;
  let type = '';
  let data: string[] = [];
  answer.setEncoding('utf8');
  for await (const text of answer as AsyncIterable<string>) {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    if (rest.length > LINE_CHARACTERS_MAX) throw new Error('an event is too long');
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, type: type === '' ? 'message' : type, data: data.join('\n') };
        type = '';
        data = [];
        continue;
      }
      const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
      if (field === 'data') data.push(value ?? '');
      else if (field === 'event') type = value ?? '';
      else if (field === 'id') id = value ?? '';
    }
  }
}
