/** Upper ends of the classes of durations, in seconds; whatever took longer is in none. */
export const durationBounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30] as const;

interface Labels {
  /** The pattern of the route, not the path: names of files make no labels. */
  readonly route: string;
  readonly method: string;
}

interface Requests extends Labels {
  /** Of the answer; `gone` where the client left first. */
  readonly status: string;
  count: number;
}

interface Durations extends Labels {
  /** How many took at most as long as each bound, and longer than the one before. */
  readonly classes: number[];
  count: number;
  sumSeconds: number;
}

/** Counts and times the requests that a node has answered: plain numbers, whoever shows them. */
export class RequestTally {
  readonly #requests = new Map<string, Requests>();
  readonly #durations = new Map<string, Durations>();

  count(route: string, method: string, status: string, seconds: number): void {
    const labels = `${method} ${route}`;
    const all = `${status} ${labels}`;
    let requests = this.#requests.get(all);
    if (requests === undefined) this.#requests.set(all, (requests = { route, method, status, count: 0 }));
    requests.count++;
    let durations = this.#durations.get(labels);
    if (durations === undefined) this.#durations.set(labels, (durations = { route, method, classes: durationBounds.map(() => 0), count: 0, sumSeconds: 0 }));
    durations.count++;
    durations.sumSeconds += seconds;
    for (let i = 0; i < durationBounds.length; i++) {
      if (seconds > durationBounds[i]!) continue;
      durations.classes[i]!++;
      return;
    }
  }

  requests(): Iterable<Readonly<Requests>> {
    return this.#requests.values();
  }

  durations(): Iterable<Readonly<Durations>> {
    return this.#durations.values();
  }
}
