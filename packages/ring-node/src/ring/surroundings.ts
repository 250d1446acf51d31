/** What the shell draws for one step: the core itself has no clock and no chance. */
export interface Surroundings {
  /** A clock that never goes back, in milliseconds: deadlines and timers. */
  readonly nowMs: number;
  /** The wall clock, in milliseconds since 1970: versions and what people read. It may jump. */
  readonly wallMs: number;
  /** A fresh random unsigned 32-bit integer: everything random in the step follows from it. */
  readonly seed: number;
}
