export { Conversation, type ConversationOptions } from './conversation.js';
export { converse, type ConverseOptions } from './converse.js';
export { chunksOf, write } from './patience.js';
export { reach, type ReachOptions } from './reach.js';
export { Reception, type WaitOptions } from './reception.js';
export { TalkError, type TalkErrorCode } from './talk-error.js';
