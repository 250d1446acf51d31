import type { Stamp } from '@coring/protocol';
import type { History, Operation, Told } from './history.js';
import type { SimulatedNode } from './simulated-node.js';

/** A version as it was met under a name: told to a client, or on a disk. */
export interface Met {
  readonly name: string;
  readonly version: Stamp;
  readonly kind: 'content' | 'conflict copy' | 'deletion';
  readonly digest: string;
  readonly size: number;
  readonly where: string;
  readonly atMs: number;
}

type At = Pick<Met, 'name' | 'where' | 'atMs'>;

/** What clients were told, by answers of every kind. */
export function metInAnswers({ operations }: History): Met[] {
  return operations.flatMap((operation) => {
    const { request, endedMs = Infinity, node } = operation;
    return toldBy(operation).flatMap(({ name, value }) => allOf(value, { name, where: `${node} answered ${request.op}`, atMs: endedMs }));
  });
}

/** What the registers say, what is set aside in them, and the bytes that are kept. */
export function metOnDisk({ name: node, disk }: Pick<SimulatedNode, 'name' | 'disk'>): Met[] {
  return disk.names().flatMap((name) => {
    const at: At = { name, where: `${node} keeps`, atMs: Infinity };
    const { value, mine, branches = [] } = disk.register(name) ?? {};
    const values = [value, mine, ...branches].flatMap((one) => (one === undefined ? [] : allOf(one, at)));
    const bytes = disk.versionsOf(name).flatMap((version): Met[] => {
      const content = disk.content(name, version);
      return content === undefined ? [] : [{ ...at, version, kind: 'content', ...content }];
    });
    return [...values, ...bytes];
  });
}

function toldBy({ request, answer }: Operation): { readonly name: string; readonly value: Told }[] {
  if (answer === undefined || answer.type === 'failed') return [];
  if (answer.type === 'listed') return answer.files.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  return answer.value === undefined || request.op === 'list' ? [] : [{ name: request.name, value: answer.value }];
}

/** A version and the conflict copies beside it. */
function allOf({ version, digest, size, deleted, conflicts = [] }: Told, at: At): Met[] {
  const beside = conflicts.map((one): Met => ({ ...at, version: one.version, kind: 'conflict copy', digest: one.digest, size: one.size }));
  return [{ ...at, version, kind: deleted === true ? 'deletion' : 'content', digest, size }, ...beside];
}
