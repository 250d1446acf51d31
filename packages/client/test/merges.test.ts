import type { Merge, MergesBody } from '@coring/protocol';
import test, { type ExecutionContext } from 'ava';
import { run } from './a-client.js';
import { aFakeNode, type FakeNode, sendJson } from './a-fake-node.js';

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const ids = [1, 2, 3].map((i) => String(i).padStart(32, '0'));
const conflict = { version: `1-${ids[1]}`, digest: 'd'.repeat(64), size: 12, modifiedMs: atMs - 60_000, kept: true };
const first: MergesBody = {
  heals: [],
  merges: [merge(3, 'notes', [conflict, { ...conflict, version: `2-${ids[1]}`, kept: false }]), merge(2, 'a\u001b[2Jb', [])],
  unanswered: [],
  next: merge(2, '', []).id,
};
const second: MergesBody = {
  heals: [
    {
      atMs: atMs - 1_000,
      sinceMs: atMs - 3_600_000,
      sides: [{ nodes: [ids[0]!], missed: [ids[1]!, ids[2]!] }, { nodes: [ids[1]!], missed: [ids[0]!] }],
      merges: 12,
      withConflicts: 3,
    },
    { atMs: atMs - 500_000, sides: [{ nodes: [ids[0]!, ids[2]!], missed: [ids[1]!] }], merges: 0, withConflicts: 0 },
  ],
  merges: [{ ...merge(1, 'gone', []), deleted: true }],
  unanswered: [ids[2]!],
};

test('R06 webclient merges tells page by page what was joined, one line each, and who did not answer', async (t) => {
  const node = await reporting(t, first, second);
  const { code, stdout, stderr } = await run(t, ['merges', '-p', node.port]);
  t.is(code, 0, stderr);
  t.deepEqual(stdout.split('\n'), [
    `2026-01-02 03:04:08  merged notes: 9-${ids[0]} keeps the name, beside it 1-${ids[1]} (12 B, 2026-01-02 03:03:05), 2-${ids[1]} (12 B, 2026-01-02 03:03:05, gone since)`,
    '2026-01-02 03:04:07  merged a [2Jb: nothing was lost',
    '2026-01-02 03:04:06  merged gone: it is deleted',
    `2026-01-02 03:04:04  met again: ${node.address} | 127.0.0.1:7001 | 127.0.0.1:7002, apart since 2026-01-02 02:04:05: 12 merges, 3 with conflict copies`,
    `2026-01-02 02:55:45  met again: ${node.address}, 127.0.0.1:7002 | 127.0.0.1:7001: nothing to merge`,
    '',
  ]);
  t.is(stderr, 'warning: 127.0.0.1:7002 did not answer; there may be more\n');
  t.deepEqual(node.asked.filter((one) => one.includes('merges')), ['GET /ring/merges?', `GET /ring/merges?before=${first.next}`]);
});

test('webclient merges --json gives one merge a line, and a NAME asks for that one', async (t) => {
  const node = await reporting(t, { ...second, unanswered: [] });
  const { code, stdout, stderr } = await run(t, ['merges', 'a b', '--json', '-p', node.port]);
  t.deepEqual([code, stderr], [0, '']);
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string });
  t.deepEqual(lines, [...second.heals.map((heal) => ({ type: 'heal', ...heal })), ...second.merges.map((one) => ({ type: 'merge', ...one }))]);
  t.true(node.asked.includes('GET /ring/merges?name=a+b'));
});

test('webclient merges says so where nothing was merged', async (t) => {
  const node = await reporting(t, { heals: [], merges: [], unanswered: [] });
  t.deepEqual(await run(t, ['merges', '-p', node.port]), { code: 0, stdout: 'nothing was merged\n', stderr: '' });
});

async function reporting(t: ExecutionContext, ...pages: readonly MergesBody[]): Promise<FakeNode> {
  let asked = 0;
  const node = await aFakeNode(t, {
    intercept: (request, response) => {
      if (request.url?.startsWith('/ring/merges') !== true) return false;
      sendJson(response, 200, pages[asked++]);
      return true;
    },
  });
  node.peers.push('127.0.0.1:7001', '127.0.0.1:7002');
  return node;
}

function merge(seconds: number, name: string, conflicts: Merge['conflicts']): Merge {
  const mergedMs = atMs + seconds * 1000;
  const id = `${String(mergedMs).padStart(15, '0')}-${'0'.repeat(12)}-${ids[0]}`;
  return { id, name, atMs: mergedMs, node: ids[0]!, version: `9-${ids[0]}`, conflicts, conflictsInAll: conflicts.length };
}
