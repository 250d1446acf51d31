import type { Turn } from '../turn.js';

/** The items in random order: Fisher and Yates. */
export function shuffled<T>(items: readonly T[], { random }: Turn): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
