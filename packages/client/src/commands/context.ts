import type { NodeClient } from '../node-client.js';
import type { Screen } from '../screen.js';

/** What every command is given. */
export interface Context {
  readonly client: NodeClient;
  readonly screen: Screen;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}
