import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = 'test/tidy.test.ts';
const LINES_MAX = 300;

interface Source {
  readonly path: string;
  readonly text: string;
}

/** Every text file of the project that is, or is about to be, under version control. */
const files: readonly Source[] = trackedFiles();
const sources = files.filter(({ path }) => /\.(tsx?|mjs|js)$/.test(path));
const core = sources.filter(({ path }) => path.startsWith('packages/ring-node/src/ring/'));

/** Rows of the features that this release claims to have. */
const claimed = [
  ...Array.from({ length: 19 }, (_, i) => `R${String(i + 1).padStart(2, '0')}`),
  ...['R21', 'R22', 'R23', 'R24', 'F01', 'F02', 'F05', 'F06', 'F07', 'F12', 'D01', 'D02'],
  ...['E01', 'E02', 'E03', 'E04', 'E05', 'E06', 'E07', 'E08', 'E09', 'E10', 'A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'A07', 'A08', 'A09', 'A10', 'A11', 'A12', 'A13', 'C01', 'C02', 'C03', 'C04', 'C05', 'C06', 'C07', 'C08', 'C09', 'C10', 'U01', 'U02', 'U03', 'U04', 'U05', 'U06', 'U07', 'U08'],
  ...['O03', 'O04', 'O05', 'O09'],
];

test('every feature that is claimed has a test with its name', (t) => {
  const titles = sources.filter(({ path }) => path.endsWith('.test.ts')).flatMap(({ text }) => titlesIn(text));
  const named = new Set(titles.flatMap((title) => /^(?:[A-Z]\d\d,? )+/.exec(title)?.[0].split(/,? /) ?? []));
  t.deepEqual(claimed.filter((id) => !named.has(id)), []);
});

test('every test that the documents name is there', (t) => {
  const named = files.filter(({ path }) => path.startsWith('docs/')).flatMap(({ text }) => [...text.matchAll(/`([^`]+\.ts)` "([^"]+)"/g)]);
  t.true(named.length > 20);
  t.deepEqual(named.filter(([, path, title]) => !titlesIn(textOf(path!)).some((one) => isTitled(one, title!, path!))).map(([text]) => text), []);
});

test('a title that no test has is found out, whole, cut short, or with a value that there is not', (t) => {
  const [plain, made] = ["test('it stays', async (t) => {", 'diskTest.serial(`every promise holds in ${name}${suffix}`, (t) => {'].flatMap(titlesIn) as [string, string];
  t.true(isTitled(plain, 'it stays', here));
  for (const title of ['it', 'stays', 'it stays so']) t.false(isTitled(plain, title, here), title);
  const schedules = 'packages/simulator/test/schedules.test.ts';
  for (const value of ['…', '7', 'untold-majority']) t.true(isTitled(made, `every promise holds in ${value}`, schedules), value);
  for (const value of ['untold', 'the-best-of-worlds']) t.false(isTitled(made, `every promise holds in ${value}`, schedules), value);
});

test('the core has no clock, no chance, no I/O', (t) => {
  const forbidden = /(?<![.\w])(Date|Math\.random|performance|process|console|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|crypto|Buffer|globalThis)\b(?!['":])/;
  t.true(core.length > 20);
  t.deepEqual(linesWith(core, forbidden), []);
  const imports = core.flatMap(({ path, text }) => importsOf(text).map((from) => `${path}: ${from}`));
  t.deepEqual(imports.filter((one) => !/: (\.{1,2}\/|@coring\/protocol$)/.test(one)), []);
});

test('the core has no types but those of the language', (t) => {
  const { compilerOptions } = JSON.parse(textOf('tsconfig.base.json')) as { compilerOptions: { types: string[]; lib: string[] } };
  t.deepEqual(compilerOptions.types, []);
  t.deepEqual(compilerOptions.lib, ['ES2023']);
  t.false(textOf('packages/ring-node/src/ring/tsconfig.json').includes('"types"'));
});

test('no file is longer than its idea', (t) => {
  const long = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > LINES_MAX);
  t.deepEqual(long, []);
});

test('nothing is left over', (t) => {
  const leftOver = /\btest\.only\b|\bTOD[O]\b|\bFIXM[E]\b|\bdebugge[r]\b|\/wor[k]\/|\/hom[e]\/\w|\/tm[p]\/\w/;
  t.deepEqual(linesWith(files.filter(({ path }) => path !== 'package-lock.json'), leftOver), []);
});

test('no type is given up', (t) => {
  t.deepEqual(linesWith(sources.filter(({ path }) => /\.tsx?$/.test(path) && path !== here), /:\s*any\b|\bas any\b|<any>|@ts-(ignore|nocheck|expect-error)/), []);
});

test('every package declares what it imports', (t) => {
  const missing = packageFolders().flatMap((folder) => {
    const { name, dependencies = {}, devDependencies = {} } = manifestOf(folder);
    const shared = Object.keys(manifestOf('.').devDependencies ?? {});
    return sources
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap(({ path, text }) => {
        const declared = new Set([name, ...Object.keys(dependencies), ...(path.includes('/test/') ? [...Object.keys(devDependencies), ...shared] : [])]);
        return importsOf(text).map(packageOf).filter((one) => one !== undefined && !declared.has(one)).map((one) => `${path}: ${one}`);
      });
  });
  t.deepEqual(missing, []);
});

test('every package needs the Node.js that the project needs, and has its licence', (t) => {
  const { engines, license } = manifestOf('.');
  for (const folder of packageFolders()) {
    t.deepEqual(manifestOf(folder).engines, engines, folder);
    t.is(manifestOf(folder).license, license, folder);
  }
});

test('CI runs what the README says', (t) => {
  const script = textOf('.ci/run');
  t.true(textOf('README.md').includes('npm ci && npm test'));
  t.regex(script, /^npm ci && npm test$/m);
});

function trackedFiles(): Source[] {
  const listed = execFileSync('git', ['-c', 'core.quotePath=false', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  const binary = /\.(png|ico|gif|jpg)$/;
  return listed
    .split('\0')
    .filter((path) => path !== '' && !binary.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: textOf(path) }];
      } catch {
        // Deleted, and not yet committed.
        return [];
      }
    });
}

/** The titles of the tests in a file, as they stand there: `${…}` for what is put in. */
function titlesIn(text: string): string[] {
  const calls = /(?<![.\w])(?:\w*[tT]est\w*|unless)(?:\.\w+)*\((?:(?:\[[^\]]*\]|[\w.]+(?:\(\))?(?: \?\? \w+\(\))?), )?(['"`])((?:\\.|(?!\1)[^\\\n])+)\1/g;
  return [...text.matchAll(calls)].map(([, , title]) => title!.replaceAll("\\'", "'"));
}

/** Whether a test is meant by that title. For what is put into it stand …, nothing, a number, or a text that the package has in quotes. */
function isTitled(test: string, title: string, path: string): boolean {
  const pattern = test.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('(.*)');
  const values = new RegExp(`^${pattern}$`).exec(title)?.slice(1);
  const folder = path.slice(0, path.indexOf('test/'));
  const quoted = (value: string): boolean => sources.some((source) => source.path.startsWith(folder) && source.text.includes(`'${value}'`));
  return values?.every((value) => /^(|…|\d+)$/.test(value) || quoted(value)) === true;
}

function textOf(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

function linesWith(among: readonly Source[], pattern: RegExp): string[] {
  return among.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => (pattern.test(withoutComment(line)) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );

  function withoutComment(line: string): string {
    return among === core ? line.replace(/^\s*(\/?\*|\/\/).*$/, '').replace(/\s\/\/ .*$/, '') : line;
  }
}

/** What a file imports, type or not. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** The package of an import; undefined for files beside it and for Node's own. */
function packageOf(from: string): string | undefined {
  if (from.startsWith('.') || from.startsWith('node:') || builtinModules.includes(from)) return undefined;
  return /^(@[^/]+\/[^/]+|[^/]+)/.exec(from)![1];
}

interface Manifest {
  readonly name: string;
  readonly license: string;
  readonly engines: unknown;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(textOf(`${folder}/package.json`)) as Manifest;
}

function packageFolders(): readonly string[] {
  return manifestOf('.').workspaces!;
}
