import { readFileSync } from 'node:fs';
import test from 'ava';
import { aRing, type TestNode, until } from './a-ring.js';
import { put } from './files.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly __inputs: readonly { readonly name: string; readonly type: string; readonly pluginId: string }[];
  readonly id: null;
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition: string }[] };
  readonly panels: readonly Panel[];
}

const dashboard = JSON.parse(readFileSync(new URL('../../docs/grafana/coring.json', import.meta.url), 'utf8')) as Dashboard;
const queries = [...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)), ...dashboard.templating.list.map(({ definition }) => definition)];

test('the dashboard is one that Grafana imports, asking which Prometheus is meant', (t) => {
  t.like(dashboard, { id: null, uid: 'coring', title: 'Coring' });
  t.true(Number.isInteger(dashboard.schemaVersion));
  const { __inputs: inputs, panels } = dashboard;
  t.deepEqual(inputs.map(({ name, type, pluginId }) => [name, type, pluginId]), [['DS_PROMETHEUS', 'datasource', 'prometheus']]);
  t.is(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { type, title, datasource, targets = [], gridPos } of panels) {
    t.true(['row', 'stat', 'timeseries'].includes(type) && title !== '');
    t.true(gridPos.x >= 0 && gridPos.w > 0 && gridPos.x + gridPos.w <= 24, title);
    if (type === 'row') continue;
    t.is(datasource?.uid, '${DS_PROMETHEUS}', title);
    t.true(targets.length > 0 && new Set(targets.map(({ refId }) => refId)).size === targets.length, title);
  }
  const overlapping = panels.flatMap((a, i) => panels.slice(i + 1).filter((b) => isOver(a, b)).map((b) => `${a.title} and ${b.title}`));
  t.deepEqual(overlapping, []);
  t.deepEqual(queries.filter((query) => !isBalanced(query)), []);
});

test.serial('every figure and label that the dashboard names is there at a real node, and each figure is well-formed', async (t) => {
  const [a, b] = (await aRing(t, 2)) as [TestNode, TestNode];
  t.is((await put(a, 'x', 'content')).status, 201);
  t.is((await fetch(`${a.url}/files/missing`)).status, 404);
  await fetch(`${a.url}/ring/scrub`, { method: 'POST' });
  let text = '';
  await until(async () => {
    text = await (await fetch(`${a.url}/metrics`)).text();
    return /^coring_ring_files\{copies="2"\} 1$/m.test(text) && /^coring_scrub_finished_timestamp_seconds /m.test(text);
  }, 'the copies to be counted', 90_000);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of samples) t.regex(line, /^[a-z_:][\w:]*(\{(\w+="[^"\n]*",?)+\})? (nan|[-+]?[\d.e+-]+|[+-]Inf)$/i);
  const names = new Set(samples.map((line) => /^[\w:]+/.exec(line)![0]));
  const named = new Set(queries.flatMap((query) => query.match(/\b(?:coring|process|nodejs)_\w+/g) ?? []));
  t.true(named.size > 30);
  t.deepEqual([...named].filter((name) => !names.has(name)), []);
  for (const query of queries) {
    for (const [, name, labels] of query.matchAll(/\b((?:coring|process|nodejs)_\w+)\{([^}]*)\}/g)) {
      const used = [...labels!.matchAll(/(\w+)=~?"/g)].map((match) => match[1]!).filter((label) => label !== 'instance');
      t.true(samples.some((line) => line.startsWith(`${name}`) && used.every((label) => line.includes(`${label}="`))), `${name} has ${used.join()}`);
    }
  }
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map((match) => match[1]!);
  t.is(new Set(types).size, types.length);
  for (const name of types) t.regex(text, new RegExp(`^# HELP ${name} \\S`, 'm'));
  const value = (name: string): number => Number(samples.find((line) => line.startsWith(`${name} `))?.split(' ').at(-1));
  t.true(value('coring_link_sent_bytes_total') > 1_000 && value('coring_link_received_bytes_total') > 1_000);
  t.true(value('coring_links') >= 1);
  t.true(value('process_cpu_seconds_total') > 0 && value('nodejs_eventloop_lag_seconds') >= 0 && value('process_open_fds') > 5);
  t.is(value('coring_copies_wanted'), 2);
  t.true(value('coring_ring_check_age_seconds') < 120);
  t.regex(await (await fetch(`${b.url}/metrics`)).text(), /^coring_ring_nodes\{state="up"\} 2$/m);
});

function isOver({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function isBalanced(query: string): boolean {
  return ['()', '{}', '[]'].every(([open, close]) => query.split(open!).length === query.split(close!).length);
}
