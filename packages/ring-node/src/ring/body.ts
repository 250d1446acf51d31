import type { envelopeRequired, MessageOf, MessageType } from '@coring/protocol';

type Enveloped = (typeof envelopeRequired)[number] | 'to' | 'ringId';
/** A message's own fields: what is left when the envelope is taken off. */
export type Body<T extends MessageType> = { readonly type: T } & Omit<MessageOf<T>, Enveloped>;
