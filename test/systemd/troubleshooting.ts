import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A command of docs/troubleshooting.md with what it should print. */
export interface Step {
  readonly command: string;
  /** Lines, in which `…` stands for anything. */
  readonly expected: readonly string[];
  /** What its block is marked with: it takes units of systemd, or a terminal at which its first line is typed. */
  readonly mark: 'systemd' | 'typed' | undefined;
}

/** All commands of the page, in its order. */
export function stepsOfThePage(): readonly Step[] {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/troubleshooting.md', import.meta.url)), 'utf8');
  return [...page.matchAll(/^```console(?: (systemd|typed))?\n(.*?)^```$/gms)].flatMap(([, mark, block]) => {
    return block!.split(/^\$ /m).slice(1).map((text) => {
      const [command, ...expected] = text.trimEnd().split('\n');
      return { command: command!, expected, mark: mark as Step['mark'] };
    });
  });
}

/** Whether that is what the page says. Spaces count as one, lines in which nothing but `…` is expected may be any number. */
export function isAsExpected(expected: readonly string[], printed: string): boolean {
  const lines = expected.map((line) => (line === '…' ? '(?:[^\\n]*\\n)*?' : `${line.trim().split(/\s*…\s*/).map((part) => part.split(/\s+/).map(escaped).join('\\s+')).join('[^\\n]*')}\\s*\\n`));
  return new RegExp(`^\\s*${lines.join('\\s*')}\\s*$`).test(`${printed}\n`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
