import { askNode, type Question } from '../../node/ask-node.js';
import type { Log } from '../../node/log.js';

/** What another node answers over HTTP; undefined where it does not answer so, or not in time. */
export async function askPeer<T>(question: Question, log: Log): Promise<T | undefined> {
  try {
    return await askNode<T>(question);
  } catch (error) {
    const { address, target } = question;
    log.debug({ err: error, address, target }, 'a peer did not answer');
    return undefined;
  }
}
