/** Where a command writes. */
export interface Screen {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** One JSON value instead of words for people. */
  readonly json: boolean;
}

export type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

const codes: Readonly<Record<Paint, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** The text in colour: only on a terminal, and never with NO_COLOR set (no-color.org). */
export function paint(text: string, how: Paint, stream: { readonly isTTY?: boolean }): string {
  const hasColour = stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  return hasColour ? `\u001b[${codes[how]}m${text}\u001b[0m` : text;
}

export function sayJson({ stdout }: Screen, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}
