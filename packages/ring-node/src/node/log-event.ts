import type { RingEvent } from '../ring/index.js';
import type { Log } from './log.js';

/** Writes an event as a line that a person can follow; CHECK and FORWARD hops only when verbose. `nameOf` gives the address of a node. */
export function logEvent(log: Log, event: RingEvent, nameOf: (nodeId: string) => string): void {
  switch (event.type) {
    case 'joined':
      return log.info({ ringId: event.ringId }, event.through === undefined ? 'founded a ring' : `joined the ring through ${event.through}`);
    case 'refused':
      return log.warn({ code: event.code }, `not taken in${event.address === undefined ? '' : ` by ${event.address}`}: ${event.message}`);
    case 'left':
      return log.info({ mode: event.mode }, event.mode === 'for-good' ? 'left the ring for good' : 'said goodbye to the ring');
    case 'member':
      return log.info({ nodeId: event.nodeId, incarnation: event.incarnation, was: event.was }, `${event.address} is ${event.state}`);
    case 'suspect':
      return log.info({ nodeId: event.nodeId }, `${nameOf(event.nodeId)} does not answer: ${event.why}`);
    case 'reachable':
      return log.info({ nodeId: event.nodeId }, `${nameOf(event.nodeId)} answers again`);
    case 'accused':
      return log.info({ by: event.by, incarnation: event.incarnation }, 'was taken for dead; says that it is not');
    case 'heal':
      return log.info({ nodeId: event.nodeId }, `${nameOf(event.nodeId)} is back: the parts of the ring meet`);
    case 'ring': {
      const addresses = event.order.map(({ address }) => address);
      return log.info({ previous: event.previous, next: event.next }, `ring: ${[...addresses, addresses[0]].join(' --> ')} | previous ${nameOf(event.previous)}, next ${nameOf(event.next)}`);
    }
    case 'check':
      return log.debug(event.check, `CHECK ${event.check.lap} hop ${event.check.hop} of ${nameOf(event.check.origin)}: ${nameOf(event.from)} --> ${event.to === undefined ? 'home' : nameOf(event.to)}`);
    case 'check-home':
      return log.debug(event.lap, `CHECK ${event.lap.id} is home after ${event.lap.hops} hops, ${event.lap.tookMs.toFixed(1)} ms${event.skipped.length === 0 ? '' : `, ${event.skipped.length} skipped`}`);
    case 'forward':
      return log.debug(event.forward, `FORWARD ${event.forward.op} ${event.forward.mode} hop ${event.forward.hop}: ${nameOf(event.from)} --> ${event.to === undefined ? 'here' : nameOf(event.to)} ${JSON.stringify(event.forward.name)}`);
    case 'health':
      return log.info({ was: event.was }, `the ring is ${event.health}`);
    case 'epoch':
      return log.info({ epoch: event.number }, `epoch ${event.number}: copies are placed on ${event.members.length} nodes`);
    case 'synced':
      return log.info({ epoch: event.number }, `has everything that epoch ${event.number} asks of it`);
    case 'moving':
      return log.info(event.movement, `takes over copies: ${movementInWords(event.movement)}`);
    case 'moved':
      return log.info({ epoch: event.number, buckets: event.buckets, bytes: event.bytes }, `has taken over its copies of epoch ${event.number} in ${(event.tookMs / 1000).toFixed(1)} s`);
    case 'retired':
      return log.debug({ oldest: event.oldest }, `epochs before ${event.oldest} are over`);
    case 'merged':
      return log.info({ version: event.version, added: event.added }, `merged ${JSON.stringify(event.name)}, ${event.conflicts} conflict copies`);
    case 'reaped':
      return log.debug(`the tombstone of ${JSON.stringify(event.name)} is gone`);
    case 'damaged':
      return log.error({ version: event.version }, `the copy of ${JSON.stringify(event.name)} kept here is damaged`);
    case 'scrubbed':
      return log.info(event, `has read all its copies: ${event.files} files, ${(event.bytes / 1e6).toFixed(1)} MB, ${event.damaged} damaged`);
    case 'disk':
      if (event.isFull) return log.warn('the disk is full: uploads are refused and nothing is promised, reads go on');
      return log.info('the disk has room again');
    case 'clone':
      return log.error({ nodeId: event.nodeId }, `another process at ${event.address} runs with this node's identity: a copied data directory?`);
    case 'warning':
      return log.warn(event.what);
    case 'put':
    case 'deleted':
    case 'got':
    case 'copied':
      // As often as clients ask: nothing is written down for nobody.
      if (log.isLevelEnabled('debug')) log.debug(event, `${event.type} ${JSON.stringify(event.name)}`);
      return;
  }
}

function movementInWords({ bucketsDone, bucketsTotal, bytesPerSecond, secondsLeft }: Extract<RingEvent, { type: 'moving' }>['movement']): string {
  const left = secondsLeft === undefined ? '' : `, about ${secondsLeft} s left`;
  return `${((bucketsDone * 100) / bucketsTotal).toFixed(0)} % of its buckets, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s${left}`;
}
