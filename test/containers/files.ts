import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export function textOf(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

export function isThere(path: string): boolean {
  return existsSync(`${root}/${path}`);
}

/** Those `npm run NAME` of a text that package.json does not know. */
export function unknownScripts(text: string): string[] {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  return [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!).filter((name) => scripts[name] === undefined);
}

export interface Instruction {
  /** The number of the stage that it belongs to, from 0. */
  readonly stage: number;
  readonly name: string;
  readonly rest: string;
}

/** The instructions of the Containerfile. */
export function instructions(): Instruction[] {
  let stage = -1;
  return textOf('Containerfile')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, rest] = /^([A-Z]+) (.*)$/.exec(line)!;
      if (name === 'FROM') stage++;
      return { stage, name: name!, rest: rest! };
    });
}

/** What follows the only instruction of that name in the last stage. */
export function lastStage(name: string): string {
  const all = instructions();
  return all.findLast((one) => one.stage === all.at(-1)!.stage && one.name === name)!.rest;
}

/** The values of a unit's key, in a section of a file as systemd and podman read it. */
export function valuesOf(unit: string, section: string, key: string): string[] {
  let current = '';
  return textOf(unit).split('\n').flatMap((line) => {
    current = /^\[(\w+)\]$/.exec(line)?.[1] ?? current;
    return current === section && line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : [];
  });
}
