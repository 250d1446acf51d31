import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { aClient, aDeadAddress, aFolder, aHungAddress, aProcess, onTerminal, run } from './a-client.js';
import { aFakeNode, receipt, sendError, sendJson } from './a-fake-node.js';

function at(address: string): string[] {
  const [ip, port] = address.split(':');
  return ['-i', ip!, '-p', port!];
}

test('R21 -put stores the basename and shows the receipt', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'index.html'), '<p>hello');
  const ran = await run(t, ['-put', `${cwd}/index.html`, ...at(node.address)]);
  t.deepEqual(ran, { code: 0, stdout: 'stored index.html, 3/3 copies, strong\n', stderr: '' });
  t.is(String(node.files.get('index.html')), '<p>hello');
});

test('R21 -put --as stores under that name, an empty file too', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), '');
  t.is((await run(t, ['-put', 'f', '--as', 'dir/ä b#?%', ...at(node.address)], { cwd })).code, 0);
  t.deepEqual([...node.files], [['dir/ä b#?%', Buffer.alloc(0)]]);
});

test('R21 -get writes the basename in the current folder', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  node.files.set('dir/f.txt', Buffer.from('content'));
  const ran = await run(t, ['-get', 'dir/f.txt', ...at(node.address)], { cwd });
  t.deepEqual(ran, { code: 0, stdout: 'got f.txt, 7 B, strong\n', stderr: '' });
  t.is(await readFile(join(cwd, 'f.txt'), 'utf8'), 'content');
  t.deepEqual(await readdir(cwd), ['f.txt']);
});

test('R21 -get -o - writes to standard output and nothing else', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  node.files.set('f', Buffer.from('content'));
  t.deepEqual(await run(t, ['-get', 'f', '-o', '-', ...at(node.address)], { cwd }), { code: 0, stdout: 'content', stderr: '' });
  t.deepEqual(await readdir(cwd), []);
});

test('R21 -get -o writes through a link and into a pipe, and puts nothing in their place', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  node.files.set('f', Buffer.from('content'));
  await writeFile(join(cwd, 'kept'), 'before');
  await symlink('kept', join(cwd, 'link'));
  t.is((await aProcess(t, 'mkfifo', ['pipe'], { cwd }).done).code, 0);
  t.is((await run(t, ['-get', 'f', '-o', 'link', ...at(node.address)], { cwd })).code, 0);
  t.is(await readFile(join(cwd, 'kept'), 'utf8'), 'content');
  t.true((await lstat(join(cwd, 'link'))).isSymbolicLink());
  const reader = aProcess(t, 'cat', ['pipe'], { cwd });
  t.is((await run(t, ['-get', 'f', '-o', 'pipe', ...at(node.address)], { cwd })).code, 0);
  t.true((await lstat(join(cwd, 'pipe'))).isFIFO());
  t.is((await reader.done).stdout, 'content');
  t.deepEqual(await readdir(cwd), ['kept', 'link', 'pipe']);
});

test('R19 what is not found ends with 1, one line, and no file', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  const ran = await run(t, ['-get', 'nothing', ...at(node.address)], { cwd });
  t.deepEqual(ran, { code: 1, stdout: '', stderr: 'webclient: there is no file nothing\n' });
  t.deepEqual(await readdir(cwd), []);
});

test('R19 damaged bytes are detected and leave no file', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  node.intercept = (request, response) => {
    if (request.url !== '/files/f') return false;
    response.writeHead(200, { ...receipt(Buffer.from('content')), 'content-length': 7 }).end('cOntent');
    return true;
  };
  const ran = await run(t, ['-get', 'f', ...at(node.address)], { cwd });
  t.is(ran.code, 1);
  t.regex(ran.stderr, /^webclient: the bytes are damaged: sha-256 [0-9a-f]{64} was expected, [0-9a-f]{64} came\n$/);
  t.deepEqual(await readdir(cwd), []);
});

test('R19 nobody answers: exit code 3 and one line', async (t) => {
  const ran = await run(t, ['status', ...at(await aDeadAddress())]);
  t.is(ran.code, 3);
  t.regex(ran.stderr, /^webclient: nobody answered: 127\.0\.0\.1:\d+ refused the connection\n$/);
});

test('R19 a node that hangs: exit code 3 within the timeout', async (t) => {
  const ran = await run(t, ['list', '--timeout', '1', ...at(await aHungAddress(t))]);
  t.is(ran.code, 3);
  t.regex(ran.stderr, /^webclient: nobody answered.*\n$/);
});

test('R19 wrong use ends with 2 and one line', async (t) => {
  t.deepEqual(await run(t, ['-get', 'a', '-put', 'b']), { code: 2, stdout: '', stderr: 'webclient: -get and -put together: one at a time\n' });
});

test('R19 a file that is not there, or is none, ends with 1', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  t.deepEqual(await run(t, ['-put', 'missing', ...at(node.address)], { cwd }), { code: 1, stdout: '', stderr: 'webclient: there is no file missing\n' });
  t.is((await run(t, ['-put', cwd, ...at(node.address)])).code, 1);
});

test('R19 a refusal ends with 1 and what the node says, on one line and without control characters', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), 'x');
  node.intercept = (request, response) => {
    if (request.method === 'PUT') sendError(response, 507, 'disk-full', 'the disk\nis \u001b[31mfull');
    return request.method === 'PUT';
  };
  t.deepEqual(await run(t, ['-put', 'f', ...at(node.address)], { cwd }), { code: 1, stdout: '', stderr: 'webclient: the disk is  [31mfull\n' });
});

test('R19 a refusal of a large upload is heard before it is sent', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), Buffer.alloc(3_000_000));
  node.intercept = (request, response) => {
    if (request.method !== 'PUT') return false;
    sendError(response, 413, 'too-large', 'too large');
    return true;
  };
  t.deepEqual(await run(t, ['-put', 'f', ...at(node.address)], { cwd }), { code: 1, stdout: '', stderr: 'webclient: too large\n' });
});

test('F12 a weak answer is said to be weak', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), 'x');
  node.intercept = (request, response) => {
    if (request.method !== 'PUT') return false;
    request.resume().once('end', () => response.writeHead(201, { ...receipt(Buffer.from('x')), 'coring-grade': 'weak', 'coring-copies': '1/3' }).end('{}'));
    return true;
  };
  const ran = await run(t, ['-put', 'f', ...at(node.address)], { cwd });
  t.is(ran.stdout, 'stored f, 1/3 copies, weak\n');
  t.regex(ran.stderr, /^warning: no majority .*\n$/);
  t.is(ran.code, 0);
});

test('F12 --json shows the whole receipt', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), 'x');
  const ran = await run(t, ['-put', 'f', '--json', ...at(node.address)], { cwd });
  const { digest, ...stored } = JSON.parse(ran.stdout) as Record<string, unknown>;
  t.is(digest, '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
  t.deepEqual(stored, { name: 'f', bytes: 1, isNew: true, isShort: false, copies: { durable: 3, wanted: 3 }, grade: 'strong', nodes: ['a1', 'b2', 'c3'], version: '7-a1', epoch: 2, hops: 1, state: 'whole' });
});

test('R19 --json says errors as JSON', async (t) => {
  const node = await aFakeNode(t);
  const ran = await run(t, ['rm', 'nothing', '--json', ...at(node.address)]);
  t.deepEqual(JSON.parse(ran.stderr), { error: { code: 'not-found', message: 'there is no file nothing' } });
  t.is(ran.code, 1);
});

test('R21 list pages through, rm deletes', async (t) => {
  const node = await aFakeNode(t);
  for (const name of ['a', 'b', 'c', 'd', 'e']) node.files.set(name, Buffer.from(name));
  const listed = await run(t, ['list', ...at(node.address)]);
  t.deepEqual(listed.stdout.trim().split('\n').map((line) => line.split(/ +/)[0]), ['a', 'b', 'c', 'd', 'e']);
  t.regex((await run(t, ['list', '--conflicts', ...at(node.address)])).stdout, /^gone .* deleted +2 in conflict$/m);
  t.is((await run(t, ['rm', 'c', ...at(node.address)])).stdout, 'deleted c, strong\n');
  const again = await run(t, ['list', '--json', ...at(node.address)]);
  t.deepEqual(again.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { name: string }).name), ['a', 'b', 'd', 'e']);
});

test('resolve keeps a deletion only as long as nobody has put the file anew', async (t) => {
  const node = await aFakeNode(t);
  node.intercept = (request, response) => {
    if (request.url === '/files/f?conflicts') {
      sendJson(response, 200, { name: 'f', version: '9-a1', deleted: true, conflicts: [{ version: '7-a1', digest: '0'.repeat(64), size: 1, type: 'text/plain', modified: '2026-01-02T03:04:05.000Z' }] });
      node.files.set('f', Buffer.from('newer'));
      return true;
    }
    const isRefused = request.method === 'DELETE' && request.headers['if-none-match'] === '*' && node.files.has('f');
    if (isRefused) sendError(response, 412, 'precondition-failed', 'the file is there');
    return isRefused;
  };
  t.deepEqual(await run(t, ['resolve', 'f', ...at(node.address)]), { code: 1, stdout: '', stderr: 'webclient: the file is there\n' });
  t.is(String(node.files.get('f')), 'newer');
});

test('R21 status draws the ring without colour where there is no terminal', async (t) => {
  const node = await aFakeNode(t);
  node.peers.push('127.0.0.1:7001', '127.0.0.1:7002');
  const { stdout, code } = await run(t, ['status', ...at(node.address)]);
  t.is(code, 0);
  t.true(stdout.startsWith(`3 nodes, whole: 1 file has one copy\n\n${node.address} --> 127.0.0.1:7001 --> 127.0.0.1:7002 --> ${node.address}\n`), stdout);
  t.regex(stdout, /\n3 copies|: 3 copies, writes weak, epoch 3 of 3 members\n/);
  t.false(stdout.includes('\u001b'));
});

test('R21 watch shows events, one line each, and Ctrl-C ends it with 0', async (t) => {
  const node = await aFakeNode(t);
  const watching = aClient(t, ['watch', ...at(node.address)]);
  await watching.printed('a [31m put at');
  watching.signal('SIGINT');
  const { code, stdout, stderr } = await watching.done;
  t.is(code, 0, stderr);
  t.is(stderr, '');
  t.regex(stdout, /\n\d\d:\d\d:\d\d {2}127\.0\.0\.1:9 is down: the ring closes up without it\n/);
  t.false(stdout.includes('\u001b'));
});

test('R21 leave and forget name the node', async (t) => {
  const node = await aFakeNode(t);
  t.is((await run(t, ['leave', '[::1]:4043', ...at(node.address)])).code, 0);
  t.is((await run(t, ['forget', 'abcd', ...at(node.address)])).code, 0);
  t.true(node.asked.includes('POST /ring/leave?node=%5B%3A%3A1%5D%3A4043'));
  t.true(node.asked.includes('POST /ring/forget?node=abcd'));
});

test('scrub has nodes read their copies and shows what they find', async (t) => {
  const node = await aFakeNode(t);
  let looks = 0;
  node.intercept = (request, response) => {
    if (request.url !== '/ring/scrub') return false;
    const isDone = request.method === 'GET' && ++looks === 2;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isDone ? { state: 'idle', files: 7, bytes: 7_000, damaged: 1 } : { state: 'running', files: 3, bytes: 3_000, damaged: 0, filesTotal: 7, bytesTotal: 7_000, secondsLeft: 2 }));
    return true;
  };
  const { code, stdout, stderr } = await run(t, ['scrub', node.address, ...at(node.address)]);
  t.is(code, 0, stderr);
  t.is(stdout, `${node.address}  reading 3 files of 7, 3.0 kB of 7.0 kB, 2.0 s left, none damaged\n${node.address}  read 7 files, 7.0 kB, 1 damaged, to be got from other nodes\n`);
  t.is((await run(t, ['scrub', '127.0.0.1:1', ...at(node.address)])).code, 1);
});

test('R19 --help and --version ask no node', async (t) => {
  t.regex((await run(t, ['--help', ...at(await aDeadAddress())])).stdout, /^Usage: webclient /);
  t.deepEqual(await run(t, ['--version']), { code: 0, stdout: '0.1.0\n', stderr: '' });
});

test('R19 on a terminal there is colour and a progress bar, with NO_COLOR no colour', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), Buffer.alloc(30_000_000));
  const colourful = await onTerminal(t, ['-put', 'f', ...at(node.address)], { cwd, env: { NO_COLOR: '' } });
  t.true(colourful.stdout.includes('\u001b[32mstored\u001b[0m f, 3/3 copies, strong'));
  t.regex(colourful.stdout, /f \[=* *\] \d+% \d+(\.\d)? (k|M)?B of 30\.0 MB/);
  const plain = await onTerminal(t, ['-put', 'f', ...at(node.address)], { cwd, env: { NO_COLOR: '1' } });
  t.true(plain.stdout.includes('stored f, 3/3 copies, strong'));
  t.false(plain.stdout.includes('\u001b[32m'));
});

test('R19 Ctrl-C in the middle of a file leaves nothing behind', async (t) => {
  const [node, cwd] = [await aFakeNode(t), await aFolder(t)];
  await writeFile(join(cwd, 'f'), 'the old content');
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  node.intercept = (request, response) => {
    if (request.url !== '/files/f') return false;
    response.writeHead(200, { ...receipt(Buffer.from('x')), 'content-length': 1_000_000 }).write(Buffer.alloc(100_000), () => begun());
    return true;
  };
  const getting = aClient(t, ['-get', 'f', ...at(node.address)], { cwd });
  await hasBegun;
  while (!(await readdir(cwd)).some((name) => name.endsWith('.part'))) await new Promise((resolve) => setTimeout(resolve, 10));
  getting.signal('SIGINT');
  t.deepEqual(await getting.done, { code: 130, stdout: '', stderr: 'webclient: interrupted\n' });
  t.deepEqual(await readdir(cwd), ['f']);
  t.is(await readFile(join(cwd, 'f'), 'utf8'), 'the old content');
});
