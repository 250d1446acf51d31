/** Says what happens on standard output, a line each. */
export const log = {
  debug: (): void => undefined,
  info: (_: object, line: string): void => void process.stdout.write(`${line}\n`),
  warn: (_: object, line: string): void => void process.stdout.write(`${line}\n`),
};
