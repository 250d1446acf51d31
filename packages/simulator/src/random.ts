import { randomFrom } from '@coring/ring-node/ring';

/** Draws that follow from a seed. Each part of a run has a stream of its own, so that one part's draws do not shift another's. */
export class Random {
  /** `fraction` draws from [0, 1). */
  constructor(
    seed: number,
    readonly fraction: () => number = fractionsFrom(seed),
  ) {}

  /** Another stream that follows from this one. */
  stream(): Random {
    return new Random(this.uint32());
  }

  uint32(): number {
    return Math.floor(this.fraction() * 4_294_967_296);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  /** An integer from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  /** @throws RangeError where there is nothing to pick from */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.below(items.length)]!;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const mixed = [...items];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
    }
    return mixed;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

function fractionsFrom(seed: number): () => number {
  const fraction = randomFrom(seed);
  // Neighbouring seeds give first draws that look alike.
  for (let i = 0; i < 4; i++) fraction();
  return fraction;
}
