import { answering, Codes, codesPort, MessageLog, messagesPort, tellOnPort } from '@coring/services';
import type { NodeFace } from '../../node/node-face.js';
import type { HttpOptions } from '../http-options.js';
import { RingShelf } from './ring-shelf.js';
import { KeySpreader } from './spread-key.js';

/** The unique codes and the message log of a node: of its own port, and of the two ports that know nothing else. */
export class CodeServices {
  readonly codes: Codes;
  readonly log: MessageLog;
  readonly keySpreader: KeySpreader;
  /** What answers on those ports. */
  readonly ports: Readonly<Record<'codes' | 'messages', ReturnType<typeof answering>>>;

  constructor(node: NodeFace, { deadlineMs }: HttpOptions) {
    const shelf = new RingShelf(node, deadlineMs);
    this.codes = new Codes(shelf);
    this.log = new MessageLog(shelf, this.codes);
    this.keySpreader = new KeySpreader(node);
    const options = { tellError: tellOnPort, log: node.log };
    this.ports = { codes: answering(codesPort(this.codes), options), messages: answering(messagesPort(this.log), options) };
  }
}
