import { Conversation, type ConversationOptions } from './conversation.js';
import { reach, type ReachOptions } from './reach.js';

export interface ConverseOptions extends ReachOptions, ConversationOptions {}

/** Connects, and returns when somebody answers: the end of a client. @throws TalkError as `reach` */
export async function converse(options: ConverseOptions): Promise<Conversation> {
  const socket = await reach(options);
  return new Conversation(socket, socket.remoteAddress ?? options.host, options);
}
