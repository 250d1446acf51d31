import type { ListBody } from '@coring/protocol';
import test from 'ava';
import { Files } from '../src/files.js';
import { droppedFiles } from '../src/net/dropped.js';
import { timed } from './a-ring.js';

test.serial('what happens while the list is on its way is not lost with it', async (t) => {
  const asked: ((answer: Response) => void)[] = [];
  globalThis.fetch = () => new Promise((resolve) => asked.push(resolve));
  const files = new Files(
    () => ({ home: 'a:1', address: 'a:1', base: 'http://a:1', state: 'live' }),
    () => undefined,
  );
  const page = (name: string, next?: string): Response => Response.json({ files: [{ name, size: 1, type: '', etag: '', version: '1', modified: '' }], grade: 'strong', ...(next === undefined ? {} : { next }) } satisfies ListBody);
  const put = (name: string) => files.take([timed({ type: 'put', at: 'x', name, version: '2', size: 9, grade: 'strong', nodes: [] })]);
  const loading = files.load();
  put('b');
  asked.shift()!(page('a', 'b'));
  await loading;
  t.deepEqual(files.list.files.map(({ name }) => name), ['a', 'b']);
  const more = files.loadMore();
  put('d');
  asked.shift()!(page('c'));
  await more;
  t.deepEqual(files.list.files.map(({ name }) => name), ['a', 'b', 'c', 'd']);
});

test.serial('a file of a dropped folder that cannot be read keeps none of the others back, and is told of', async (t) => {
  const entry = (name: string, file: (resolve: (file: File) => void, reject: (error: Error) => void) => void) => ({ name, isFile: true, file });
  const entries = [[entry('a', (resolve) => resolve(new File(['x'], 'a'))), entry('gone', (_, reject) => reject(new DOMException('', 'NotFoundError')))], []];
  const folder = { name: 'f', isFile: false, createReader: () => ({ readEntries: (resolve: (found: unknown) => void) => resolve(entries.shift()) }) };
  const found = await droppedFiles([{ webkitGetAsEntry: () => folder }] as unknown as DataTransferItemList);
  t.deepEqual(found.map(({ name, fault }) => [name, fault]), [['f/a', undefined], ['f/gone', 'it cannot be read (NotFoundError)']]);
});
