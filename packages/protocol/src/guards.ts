import { Ajv, type ErrorObject, type Options } from 'ajv';

/** Whether a value has a schema's shape; fields that the schema does not know are removed from it. `errors` are those of the last call. */
export interface Guard {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Compiles schemas. Fields that this release does not know are dropped: a newer peer may send them. */
export class Compiler {
  readonly ajv: Ajv;
  /** The key of each object that schemas consist of. */
  readonly #keys = new Map<object, string>();

  constructor(code: Options['code']) {
    this.ajv = new Ajv({ removeAdditional: true, allowUnionTypes: true, inlineRefs: false, code: code! });
  }

  /**
   * Adds a schema. The objects inside it are referred to: what many messages have in common is compiled once.
   * @returns the key under which the compiler has it
   */
  add(schema: object): string {
    let key = this.#keys.get(schema);
    if (key !== undefined) return key;
    key = `guard${this.#keys.size}`;
    this.#keys.set(schema, key);
    this.ajv.addSchema(mapped(schema, (part) => ((part as { type?: unknown }).type === 'object' ? { $ref: this.add(part) } : undefined)), key);
    return key;
  }
}

// To optimise what it compiles to would take as long again, and gain nothing measurable.
const compiler = new Compiler({ optimize: false });
const compiled = new Map<object, Guard>();

/** Compiled at first use. The bundle of ring-node has other code in place of this file: its guards are compiled when it is built. */
export function guardOf(schema: object): Guard {
  let guard = compiled.get(schema);
  if (guard === undefined) compiled.set(schema, (guard = compiler.ajv.getSchema(compiler.add(schema)) as Guard));
  return guard;
}

/** A copy in which each part, however deep, is what `change` makes of it, if it makes anything. */
function mapped(schema: object, change: (part: object) => object | undefined): object {
  if (Array.isArray(schema)) return schema.map((part) => changed(part, change));
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, changed(part, change)]));
}

function changed(part: unknown, change: (part: object) => object | undefined): unknown {
  return typeof part === 'object' && part !== null ? (change(part) ?? mapped(part, change)) : part;
}
