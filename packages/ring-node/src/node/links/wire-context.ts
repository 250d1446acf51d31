import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Hello } from '@coring/protocol';
import { formatAddress, plainHost } from '../address.js';
import type { Log } from '../log.js';
import type { Traffic } from '../traffic.js';
import type { HelloFields } from './handshake.js';
import type { LinkLimits } from './limits.js';
import type { LinkOptions } from './links.js';

/** What all links of a node share. */
export interface WireContext {
  readonly self: LinkOptions['self'];
  readonly secret: Uint8Array | undefined;
  readonly limits: LinkLimits;
  readonly log: Log;
  /** Has every socket of a link that is not closed yet, so that closing can wait for them. */
  readonly traffic: Traffic;
}

/** What this node says of itself on that socket. */
export function helloOn(socket: Socket, { self }: WireContext, purpose: Hello['purpose']): HelloFields {
  const { nodeId, incarnation, boot, ringId, address, features } = self();
  return {
    purpose,
    nodeId,
    incarnation,
    boot,
    ...(ringId === undefined ? {} : { ringId }),
    address,
    youAre: formatAddress(plainHost(socket.remoteAddress ?? ''), socket.remotePort ?? 0),
    nonce: randomBytes(16).toString('hex'),
    features: [...features],
  };
}
