// fill.mjs FOLDER COUNT: makes a node's data directory hold so many files, all copies of the one that it holds as 'template0'.
import { openFileStore } from '@coring/file-store';

const TEMPLATE = 'template0';
const FILES_IN_A_COMMIT = 200;
const COMMITS_AT_ONCE = 8;

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const { store } = await openFileStore(folder);
const register = await store.get('register', TEMPLATE);
const { bytes } = await store.read({ name: TEMPLATE, version: register.value.version });

let next = 0;
await Promise.all(Array.from({ length: COMMITS_AT_ONCE }, fill));
await store.close();

async function fill() {
  while (next < count) {
    const names = Array.from({ length: Math.min(FILES_IN_A_COMMIT, count - next) }, () => `folder-${next % 100}/file-${next++}.bin`);
    await store.commit(names.flatMap((name) => copyOf(name)));
  }
}

function copyOf(name) {
  return [
    { do: 'keep', name, version: register.value.version, token: store.take(bytes) },
    { do: 'put', space: 'register', key: name, value: register },
  ];
}
