import { type Check, checkSchema } from './check.js';
import { type Answer, answerSchema, type Forward, forwardSchema, type Withdraw, withdrawSchema } from './forward.js';
import { type Join, joinSchema, type Refused, refusedSchema, type Welcome, welcomeSchema } from './join.js';
import { type Leave, leaveSchema } from './leave.js';
import { type List, type Listed, listedSchema, listSchema } from './list.js';
import { type Ack, ackSchema, type Ping, type PingReq, pingReqSchema, pingSchema } from './ping.js';
import { type Reap, type Reaped, reapedSchema, reapSchema } from './reap.js';
import {
  type Accept,
  type Accepted,
  acceptedSchema,
  acceptSchema,
  type Branch,
  type Branched,
  branchedSchema,
  branchSchema,
  type Commit,
  commitSchema,
  type Prepare,
  prepareSchema,
  type PromiseMessage,
  promiseSchema,
  type Query,
  querySchema,
  type RegisterMessage,
  registerMessageSchema,
} from './register.js';
import { type RosterMessage, rosterSchema } from './roster.js';
import { type Sync, type Synced, syncedSchema, syncSchema } from './sync.js';

/** Everything that one node says to another on a control link. */
export type Message =
  | Join | Welcome | Refused | Ping | PingReq | Ack | Check | RosterMessage | Leave | Forward | Withdraw | Answer
  | Prepare | PromiseMessage | Accept | Accepted | Commit | Query | RegisterMessage | Branch | Branched
  | Sync | Synced | Reap | Reaped | List | Listed;
export type MessageType = Message['type'];
export type MessageOf<T extends MessageType> = Extract<Message, { type: T }>;

export const messageSchemas = {
  JOIN: joinSchema,
  WELCOME: welcomeSchema,
  REFUSED: refusedSchema,
  PING: pingSchema,
  'PING-REQ': pingReqSchema,
  ACK: ackSchema,
  CHECK: checkSchema,
  ROSTER: rosterSchema,
  LEAVE: leaveSchema,
  FORWARD: forwardSchema,
  WITHDRAW: withdrawSchema,
  ANSWER: answerSchema,
  PREPARE: prepareSchema,
  PROMISE: promiseSchema,
  ACCEPT: acceptSchema,
  ACCEPTED: acceptedSchema,
  COMMIT: commitSchema,
  QUERY: querySchema,
  REGISTER: registerMessageSchema,
  BRANCH: branchSchema,
  BRANCHED: branchedSchema,
  SYNC: syncSchema,
  SYNCED: syncedSchema,
  REAP: reapSchema,
  REAPED: reapedSchema,
  LIST: listSchema,
  LISTED: listedSchema,
} as const satisfies Record<MessageType, unknown>;
