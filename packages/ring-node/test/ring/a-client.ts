import type { ClientAnswer, ClientRequest, Conditions } from '../../src/ring/index.js';
import type { Stamp } from '@coring/protocol';
import type { Cluster, ClusterNode } from './a-cluster.js';

let requests = 0;

export interface Wishes {
  readonly conditions?: Conditions;
  readonly opId?: string;
  readonly requireStrong?: boolean;
  readonly requireCopies?: number;
  readonly resolves?: readonly Stamp[];
  readonly deadlineMs?: number;
  readonly headOnly?: boolean;
  /** Of the upload, where it has come in already. */
  readonly token?: string;
  readonly version?: { readonly time: number; readonly node: string };
  readonly knows?: { readonly time: number; readonly node: string };
}

export type AnswerOf<T extends ClientAnswer['type']> = Extract<ClientAnswer, { type: T }>;

/** The digest that stands for a content in these tests. */
export function digestOf(content: string): string {
  return Buffer.from(content).toString('hex').padEnd(64, '0').slice(0, 64);
}

/** Asks without waiting; the ref under which the answer will be. */
export function askPut(cluster: Cluster, node: ClusterNode, name: string, content: string, wishes: Wishes = {}): string {
  const bytes = { digest: digestOf(content), size: content.length };
  const { conditions = {}, opId, requireCopies, resolves } = wishes;
  const ref = `r${++requests}`;
  const { token = cluster.stage(node, bytes) } = wishes;
  ask(cluster, node, {
    op: 'put',
    name,
    token,
    ...bytes,
    contentType: 'text/plain',
    conditions,
    opId: opId ?? `id-${ref}`,
    ...(requireCopies === undefined ? {} : { requireCopies }),
    ...(resolves === undefined ? {} : { resolves }),
    ...common(ref, wishes),
  });
  return ref;
}

export function askGet(cluster: Cluster, node: ClusterNode, name: string, wishes: Wishes = {}): string {
  const ref = `r${++requests}`;
  ask(cluster, node, { op: 'get', name, headOnly: wishes.headOnly ?? false, ...(wishes.version && { version: wishes.version }), ...(wishes.knows && { knows: wishes.knows }), ...common(ref, wishes) });
  return ref;
}

export function askDelete(cluster: Cluster, node: ClusterNode, name: string, wishes: Wishes = {}): string {
  const ref = `r${++requests}`;
  const { conditions = {}, opId = `id-${ref}`, resolves } = wishes;
  ask(cluster, node, { op: 'delete', name, conditions, opId, ...(resolves === undefined ? {} : { resolves }), ...common(ref, wishes) });
  return ref;
}

export function askList(cluster: Cluster, node: ClusterNode, prefix = '', after = '', limit = 100, wishes: Wishes = {}): string {
  const ref = `r${++requests}`;
  ask(cluster, node, { op: 'list', prefix, after, limit, ...common(ref, wishes) });
  return ref;
}

export function put(cluster: Cluster, node: ClusterNode, name: string, content: string, wishes: Wishes = {}): ClientAnswer {
  return answerTo(cluster, node, askPut(cluster, node, name, content, wishes));
}

export function get(cluster: Cluster, node: ClusterNode, name: string, wishes: Wishes = {}): ClientAnswer {
  return answerTo(cluster, node, askGet(cluster, node, name, wishes));
}

export function remove(cluster: Cluster, node: ClusterNode, name: string, wishes: Wishes = {}): ClientAnswer {
  return answerTo(cluster, node, askDelete(cluster, node, name, wishes));
}

export function list(cluster: Cluster, node: ClusterNode, ...range: [prefix?: string, after?: string, limit?: number, wishes?: Wishes]): ClientAnswer {
  return answerTo(cluster, node, askList(cluster, node, ...range));
}

/** Lets the cluster go on until the answer is there. */
export function answerTo(cluster: Cluster, node: ClusterNode, ref: string): ClientAnswer {
  if (!cluster.until(() => node.answers.has(ref), 20_000)) throw new Error(`request ${ref} was not answered`);
  return node.answers.get(ref)!;
}

/** The answer as one of its kinds; an assertion in one word. */
export function as<T extends ClientAnswer['type']>(type: T, answer: ClientAnswer): AnswerOf<T> {
  if (answer.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(answer).slice(0, 400)}`);
  return answer as AnswerOf<T>;
}

/** What a reader gets: the digest, or what else the answer is. */
export function contentOf(answer: ClientAnswer): string {
  return answer.type === 'found' ? answer.value.digest : answer.type;
}

/** No branch is left anywhere, and the owners agree. */
export function isMerged(cluster: Cluster, name: string): boolean {
  const registers = cluster.running.map((node) => cluster.registerOf(node, name)).filter((register) => register !== undefined);
  const values = new Set(registers.filter(({ value }) => value !== undefined).map(({ value }) => JSON.stringify(value)));
  return registers.every(({ branches, mine }) => branches.length === 0 && mine === undefined) && values.size === 1;
}

/** Has each side of a split do one of two things with x: what was put on one of them on a condition stays beside its deletion. Returns the version of that. */
export function keepBesideADeletion(cluster: Cluster): Stamp {
  const [a, b, ...others] = cluster.nodes as [ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'one');
  cluster.split([a], [b, ...others]);
  cluster.runFor(10_000);
  const { version } = as('stored', put(cluster, a, 'x', 'mine', { conditions: { ifMatch: [digestOf('one')] } })).value;
  remove(cluster, b, 'x');
  cluster.mend();
  if (!cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000)) throw new Error('the two sides do not agree');
  return version;
}

function ask(cluster: Cluster, node: ClusterNode, request: ClientRequest): void {
  cluster.input(node, { type: 'request', request });
}

function common(ref: string, { requireStrong = false, deadlineMs = 5_000 }: Wishes): { ref: string; deadlineMs: number; requireStrong: boolean } {
  return { ref, deadlineMs, requireStrong };
}
