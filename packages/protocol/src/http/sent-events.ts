/** One server-sent event. Source: WHATWG HTML, section 9.2. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** The events of a stream of text, until it ends. @throws Error where one has more characters than that */
export async function* readEvents(text: AsyncIterable<string>, charactersMax: number): AsyncGenerator<SentEvent, void, undefined> {
  let rest = '';
  let id: string | undefined;
  let type = '';
  let data: string[] = [];
  let characters = 0;
  for await (const part of text) {
    const lines = (rest + part).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, type: type === '' ? 'message' : type, data: data.join('\n') };
        type = '';
        data = [];
        characters = 0;
        continue;
      }
      characters += line.length;
      const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
      if (field === 'data') data.push(value ?? '');
      else if (field === 'event') type = value ?? '';
      else if (field === 'id') id = value ?? '';
    }
    if (characters + rest.length > charactersMax) throw new Error('an event is too long');
  }
}
