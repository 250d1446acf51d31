import type { Abilities } from '@coring/sockets';
import type { Places } from './places.js';

/** For whom units are written. */
export interface Setting {
  /** Whose systemd reads them: the machine's, or that of a user, which runs from the first login to the last logout. */
  readonly manager: 'system' | 'user';
  readonly places: Places;
  readonly abilities: Abilities;
  /** What nodes are started with, as on their command line, without their data directory and their secret. */
  readonly nodeArguments: readonly string[];
  /** A whole path. */
  readonly secretFile?: string;
  /** The node that the client of the minute asks. */
  readonly echoAt: { readonly host: string; readonly port: number };
}
