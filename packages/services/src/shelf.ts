/** One thing on a shelf, as a list tells of it. */
export interface Listed {
  readonly name: string;
  /** When it was put there, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Names the content: equal digests, equal bytes. */
  readonly digest: string;
}

/** What is kept by name, durably, by all nodes together. Nothing on it is ever changed or taken away. Every method throws ServiceError. */
export interface Shelf {
  /**
   * Puts bytes under a name that has nothing yet. Done once, however often it is repeated with the same bytes: `kept`, with header fields that
   * say how safely. `taken`: other bytes are there. `strong`: refused rather than kept where others might keep other bytes under the name.
   */
  add(name: string, bytes: Buffer, strong: boolean): Promise<{ readonly result: 'kept' | 'taken'; readonly headers: Readonly<Record<string, string>> }>;
  /** The bytes under a name. `strong`: refused where a majority that may know of others cannot be asked. */
  get(name: string, strong: boolean): Promise<Buffer | undefined>;
  /** Everything whose name begins so. `isPartial`: nodes that may have more could not be asked. */
  list(prefix: string): Promise<{ readonly entries: Listed[]; readonly isPartial: boolean }>;
  /** What this node alone keeps, for itself. */
  readonly own: { read(key: string): Promise<unknown>; write(key: string, value: unknown): Promise<void> };
}
