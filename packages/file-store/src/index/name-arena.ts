const PAGE_BYTES = 1 << 20;
/** Places count in so many bytes, so that 32 bits reach 32 GiB of names. */
const GRAIN = 8;

/**
 * The UTF-8 bytes of names, packed into pages: millions of strings would each cost an object. A place is a number below 2^32. Bytes are preceded by
 * their length (2 bytes); what was removed is used again for names of about the same length.
 */
export class NameArena {
  readonly #pages: Uint8Array[] = [];
  #end = PAGE_BYTES;
  /** Places to use again, by their size in grains. */
  readonly #free: number[][] = [];

  add(bytes: Uint8Array, begin = 0, end = bytes.length): number {
    const length = end - begin;
    const place = this.#room(grainsFor(length));
    const { page, at } = this.#find(place);
    page[at] = length & 0xff;
    page[at + 1] = length >>> 8;
    page.set(length === bytes.length ? bytes : bytes.subarray(begin, end), at + 2);
    return place;
  }

  remove(place: number): void {
    (this.#free[grainsFor(this.lengthOf(place))] ??= []).push(place);
  }

  lengthOf(place: number): number {
    const { page, at } = this.#find(place);
    return page[at]! | (page[at + 1]! << 8);
  }

  /** Not a copy: good until the name is removed. */
  bytesOf(place: number): Uint8Array {
    const { page, at } = this.#find(place);
    return page.subarray(at + 2, at + 2 + (page[at]! | (page[at + 1]! << 8)));
  }

  /** Below 0 where the name comes before `bytes`, 0 where it is the same. */
  compare(place: number, bytes: Uint8Array): number {
    const { page, at } = this.#find(place);
    const length = page[at]! | (page[at + 1]! << 8);
    const shared = Math.min(length, bytes.length);
    for (let i = 0; i < shared; i++) {
      const difference = page[at + 2 + i]! - bytes[i]!;
      if (difference !== 0) return difference;
    }
    return length - bytes.length;
  }

  #room(grains: number): number {
    const again = this.#free[grains]?.pop();
    if (again !== undefined) return again;
    if (this.#end + grains * GRAIN > PAGE_BYTES) {
      this.#pages.push(new Uint8Array(PAGE_BYTES));
      this.#end = 0;
    }
    const place = ((this.#pages.length - 1) * PAGE_BYTES + this.#end) / GRAIN;
    this.#end += grains * GRAIN;
    return place;
  }

  #find(place: number): { page: Uint8Array; at: number } {
    const perPage = PAGE_BYTES / GRAIN;
    return { page: this.#pages[Math.floor(place / perPage)]!, at: (place % perPage) * GRAIN };
  }
}

function grainsFor(length: number): number {
  return Math.ceil((length + 2) / GRAIN);
}
