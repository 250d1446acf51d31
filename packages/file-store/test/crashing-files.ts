import { basename, dirname } from 'node:path';
import type { Claims } from '../src/claims.js';
import type { Files, OpenFile } from '../src/files.js';

/** A file or a folder: what is seen, and what a power cut would leave of it. */
interface FileNode {
  readonly kind: 'file';
  seen: Buffer;
  synced: Buffer;
}
interface FolderNode {
  readonly kind: 'folder';
  seen: Map<string, Node>;
  synced: Map<string, Node>;
}
type Node = FileNode | FolderNode;

/** Thrown by every operation from the cut on. */
export class Cut extends Error {
  override readonly name = 'Cut';
}

type Operation = 'read' | 'create' | 'write' | 'truncate' | 'sync' | 'makeFolder' | 'rename' | 'remove' | 'syncFolder';

/**
 * A file system in memory that stops before its operation number `cutBefore`, counted from 0, and from then on fails for ever.
 * A write that is cut leaves its first half. `fail` may refuse single operations with an error code instead. Reads are not counted.
 */
export class CrashingFiles implements Files {
  cutBefore = Infinity;
  fail: (operation: Operation, path: string) => string | undefined = () => undefined;
  done = 0;
  freeBytes = 1e9;
  /** Whether no file can grow. */
  isFull = false;
  #root: FolderNode;
  readonly #held = new Set<string>();
  readonly claims: Claims = {
    make: async (path) => {
      await this.open(path, 'create');
      this.#held.add(path);
      return () => this.remove(path);
    },
    isHeld: async (path) => this.#held.has(path),
    takeName: async () => undefined,
  };

  constructor(root: FolderNode = folder()) {
    this.#root = root;
  }

  /** What the process's successor finds: everything that was done, of which a power cut would still leave only what was synced. */
  afterKill(): CrashingFiles {
    return new CrashingFiles(copyOf(this.#root, new Map()) as FolderNode);
  }

  /** What is left when the power goes: only what was synced, entry by entry, content by content. */
  afterPowerCut(): CrashingFiles {
    return new CrashingFiles(remainsOf(this.#root, () => 'synced') as FolderNode);
  }

  /** The same where the system had begun to write: of what was not synced, chance decides what is there. `random` gives 0 to below 1. */
  afterRaggedPowerCut(random: () => number): CrashingFiles {
    return new CrashingFiles(remainsOf(this.#root, () => (['seen', 'synced', 'torn'] as const)[Math.floor(random() * 3)]!) as FolderNode);
  }

  async open(path: string, how: 'read' | 'update' | 'create' | 'durable'): Promise<OpenFile> {
    const parent = this.#folderAt(dirname(path));
    const found = parent.seen.get(basename(path));
    if (how !== 'create') {
      if (found?.kind !== 'file') throw failure('ENOENT', path);
      return this.#openFile(found, path, how === 'durable');
    }
    if (found !== undefined) throw failure('EEXIST', path);
    if (this.isFull) throw failure('ENOSPC', path);
    this.#operate('create', path);
    const made: FileNode = { kind: 'file', seen: Buffer.alloc(0), synced: Buffer.alloc(0) };
    parent.seen.set(basename(path), made);
    return this.#openFile(made, path);
  }

  async list(path: string): Promise<string[]> {
    return [...this.#folderAt(path).seen.keys()];
  }

  async makeFolder(path: string): Promise<void> {
    const parent = this.#folderAt(dirname(path));
    if (path === dirname(path) || parent.seen.has(basename(path))) throw failure('EEXIST', path);
    this.#operate('makeFolder', path);
    parent.seen.set(basename(path), folder());
  }

  async rename(from: string, to: string): Promise<void> {
    const moved = this.#folderAt(dirname(from)).seen.get(basename(from));
    if (moved === undefined) throw failure('ENOENT', from);
    const target = this.#folderAt(dirname(to));
    this.#operate('rename', to);
    this.#folderAt(dirname(from)).seen.delete(basename(from));
    target.seen.set(basename(to), moved);
  }

  async remove(path: string): Promise<void> {
    const parent = this.#folderAt(dirname(path));
    if (!parent.seen.has(basename(path))) throw failure('ENOENT', path);
    this.#operate('remove', path);
    parent.seen.delete(basename(path));
  }

  async syncFolder(path: string): Promise<void> {
    const synced = this.#folderAt(path);
    this.#operate('syncFolder', path);
    synced.synced = new Map(synced.seen);
  }

  async space(): Promise<{ freeBytes: number; totalBytes: number }> {
    return { freeBytes: this.freeBytes, totalBytes: 2e9 };
  }

  #openFile(file: FileNode, path: string, isDurable = false): OpenFile {
    const sync = (): void => {
      this.#operate('sync', path);
      file.synced = file.seen;
    };
    return {
      size: async () => file.seen.length,
      read: async (position, length) => {
        this.#refuse('read', path);
        return Buffer.from(file.seen.subarray(position, position + length));
      },
      write: async (position, bytes) => {
        if (this.isFull && position + bytes.length > file.seen.length) throw failure('ENOSPC', path);
        try {
          this.#operate('write', path);
        } catch (cause) {
          file.seen = overlaid(file.seen, position, bytes.subarray(0, bytes.length >> 1));
          throw cause;
        }
        file.seen = overlaid(file.seen, position, bytes);
        if (isDurable) sync();
      },
      truncate: async (size) => {
        this.#operate('truncate', path);
        file.seen = Buffer.from(file.seen.subarray(0, size));
      },
      sync: async () => sync(),
      close: async () => {},
    };
  }

  #operate(operation: Operation, path: string): void {
    if (this.done >= this.cutBefore) throw new Cut(`cut before ${operation} ${path}`);
    this.#refuse(operation, path);
    this.done++;
  }

  #refuse(operation: Operation, path: string): void {
    const code = this.fail(operation, path);
    if (code !== undefined) throw failure(code, path);
  }

  #folderAt(path: string): FolderNode {
    let found: Node | undefined = this.#root;
    for (const segment of path.split('/').filter((part) => part !== '')) found = found?.kind === 'folder' ? found.seen.get(segment) : undefined;
    if (found?.kind !== 'folder') throw failure('ENOENT', path);
    return found;
  }
}

function folder(): FolderNode {
  return { kind: 'folder', seen: new Map(), synced: new Map() };
}

function overlaid(content: Buffer, position: number, bytes: Uint8Array): Buffer {
  const changed = Buffer.alloc(Math.max(content.length, position + bytes.length));
  content.copy(changed);
  changed.set(bytes, position);
  return changed;
}

/** The same node is one node in the copy, too. */
function copyOf(node: Node, copies: Map<Node, Node>): Node {
  const found = copies.get(node);
  if (found !== undefined) return found;
  const copy: Node = node.kind === 'file' ? { ...node } : folder();
  copies.set(node, copy);
  if (node.kind === 'folder' && copy.kind === 'folder') {
    for (const state of ['seen', 'synced'] as const) for (const [name, child] of node[state]) copy[state].set(name, copyOf(child, copies));
  }
  return copy;
}

type Remains = 'seen' | 'synced' | 'torn';

function remainsOf(node: Node, choose: () => Remains): Node {
  if (node.kind === 'file') {
    const content = contentLeft(node, choose());
    return { kind: 'file', seen: content, synced: content };
  }
  const entries = new Map<string, Node>();
  for (const name of new Set([...node.synced.keys(), ...node.seen.keys()])) {
    const left = node[choose() === 'seen' ? 'seen' : 'synced'].get(name);
    if (left !== undefined) entries.set(name, remainsOf(left, choose));
  }
  return { kind: 'folder', seen: entries, synced: new Map(entries) };
}

const SECTOR_BYTES = 512;

/** Torn: as long as it was seen, but only every other sector of what was not synced is written, the rest is as it was synced, or zeros. */
function contentLeft({ seen, synced }: FileNode, remains: Remains): Buffer {
  if (remains !== 'torn') return remains === 'seen' ? seen : synced;
  const torn = overlaid(Buffer.alloc(seen.length), 0, synced.subarray(0, seen.length));
  for (let at = 0; at < seen.length; at += 2 * SECTOR_BYTES) seen.copy(torn, at, at, at + SECTOR_BYTES);
  return torn;
}

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** The same files as an object whose parts can be replaced one by one. */
export function asPlain(files: Files): Files {
  return {
    claims: files.claims,
    open: (path, how) => files.open(path, how),
    list: (path) => files.list(path),
    makeFolder: (path) => files.makeFolder(path),
    rename: (from, to) => files.rename(from, to),
    remove: (path) => files.remove(path),
    space: (path) => files.space(path),
    syncFolder: (path) => files.syncFolder(path),
  };
}

/** Numbers from a seed: Marsaglia's xorshift (2003). */
export function chance(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
