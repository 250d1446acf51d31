import type { ErrorCode, FileVersion, Grade } from '@coring/protocol';
import type { ClientRequest, Receipt } from '@coring/ring-node/ring';

type Content = Pick<FileVersion, 'version' | 'digest' | 'size'>;

/** What an answer tells of a file: its version, and the conflict copies beside it. */
export interface Told extends Content {
  readonly deleted?: boolean;
  readonly conflicts?: readonly Content[];
}

/** Of an answer to a client what can be told from outside: a simulated node answers with more. */
export type Answer =
  | { readonly type: 'found' | 'stored'; readonly value: Told; readonly receipt: Pick<Receipt, 'grade' | 'copies'> }
  | { readonly type: 'absent' | 'deleted'; readonly value?: Told; readonly receipt: Pick<Receipt, 'grade'> }
  | { readonly type: 'listed'; readonly files: readonly { readonly name: string; readonly value?: Told }[]; readonly next?: string; readonly grade: Grade; readonly partial: boolean }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly receipt?: Pick<Receipt, 'grade'> };

/** One request of a client and what became of it. */
export interface Operation {
  readonly request: ClientRequest;
  /** Name of the node that was asked. */
  readonly node: string;
  readonly startedMs: number;
  /** For how long the asked node stood still meanwhile: it could not answer. */
  pausedMs: number;
  endedMs?: number;
  answer?: Answer;
  /** The asked node crashed or stopped before it answered, or the client went away. */
  lost: boolean;
  /** The bytes that a GET named a source for were not there any more. */
  bytesGone: boolean;
}

export type PutRequest = Extract<ClientRequest, { op: 'put' }>;
export type WriteRequest = Extract<ClientRequest, { op: 'put' | 'delete' }>;

/** All requests of a run, in the order of their beginnings. */
export class History {
  readonly operations: Operation[] = [];
  readonly #open = new Map<string, Operation>();
  /** Refs of clients that have gone: an answer may have been under way. */
  readonly #gone = new Set<string>();
  readonly #byName = new Map<string, Operation[]>();

  begin(operation: Operation): void {
    this.operations.push(operation);
    if (operation.request.op !== 'list') this.#ofName(operation.request.name).push(operation);
    this.#open.set(operation.request.ref, operation);
  }

  /** Takes an answer. Returns the operation; undefined where it was answered before or never begun. */
  end(ref: string, atMs: number, answer: Answer): Operation | undefined {
    const operation = this.#open.get(ref);
    if (operation === undefined) return undefined;
    this.#open.delete(ref);
    operation.endedMs = atMs;
    operation.answer = answer;
    return operation;
  }

  /** A node is gone: what it was asked stays unanswered. Returns those requests. */
  lose(node: string): Operation[] {
    const lost = this.openAt(node);
    for (const operation of lost) this.#lose(operation);
    return lost;
  }

  /** A client has gone before it was answered. Returns its operation; undefined where it was answered, or never begun. */
  hangUp(ref: string): Operation | undefined {
    const operation = this.#open.get(ref);
    if (operation === undefined) return undefined;
    this.#gone.add(ref);
    this.#lose(operation);
    return operation;
  }

  /** Whether this answer is one that a client did not wait for: there is one at most. */
  missed(ref: string): boolean {
    return this.#gone.delete(ref);
  }

  openAt(node: string): Operation[] {
    return [...this.#open.values()].filter((operation) => operation.node === node);
  }

  open(): Operation[] {
    return [...this.#open.values()];
  }

  /** All names that were asked for. */
  names(): string[] {
    return [...this.#byName.keys()];
  }

  of(name: string): readonly Operation[] {
    return this.#byName.get(name) ?? [];
  }

  #lose(operation: Operation): void {
    operation.lost = true;
    this.#open.delete(operation.request.ref);
  }

  #ofName(name: string): Operation[] {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const operations: Operation[] = [];
    this.#byName.set(name, operations);
    return operations;
  }
}

/** How sure an answer is; undefined where it says nothing about the file. */
export function gradeOf(answer: Answer | undefined): Grade | undefined {
  if (answer === undefined) return undefined;
  if (answer.type === 'listed') return answer.grade;
  return answer.receipt?.grade;
}

/** Whether a condition failed, definitively or as far as could be seen. */
export function isConditionFailed(answer: Answer | undefined): boolean {
  return answer?.type === 'failed' && answer.code === 'precondition-failed';
}

/** Whether it was said to be done. */
export function isDone(answer: Answer | undefined): boolean {
  return answer !== undefined && answer.type !== 'failed';
}
