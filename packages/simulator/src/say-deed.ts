import { formatStamp } from '@coring/protocol';
import type { ClientRequest, Conditions } from '@coring/ring-node/ring';
import type { Blow, Deed, Step } from './deeds.js';
import type { WriteRequest } from './history.js';

/** One line for people. */
export function sayStep({ atMs, deed }: Step): string {
  return `${(atMs + (deed.do === 'start' ? deed.afterMs : 0)).toFixed(1).padStart(9)}  ${sayDeed(deed)}`;
}

/** A deed in words. */
export function sayDeed(deed: Deed): string {
  switch (deed.do) {
    case 'start':
      return deed.newcomer.contacts.length === 0 ? `${deed.newcomer.name} starts and founds the ring` : `${deed.newcomer.name} starts`;
    case 'join':
      return `${deed.newcomer.name} joins`;
    case 'ask':
      return `${deed.node}: ${sayRequest(deed.request)}`;
    case 'stream': {
      const { isGivenUp, isWhole, lastsMs } = deed.course;
      const end = isGivenUp ? `, given up ${isWhole ? 'when all is here' : 'in the middle'}` : '';
      return `${deed.node}: ${sayRequest(deed.request)}, comes in for ${sayMs(lastsMs)}${end}`;
    }
    case 'hang-up':
      return `${deed.node}: the client of ${deed.ref} hangs up`;
    case 'split':
      return `split: ${saySides(deed.sides)}, for ${sayMs(deed.healAfterMs)}`;
    case 'cut':
      return `cut: nothing gets from ${deed.from} to ${deed.to}, for ${sayMs(deed.healAfterMs)}`;
    case 'partial-cut':
      return `cut: nothing gets between ${deed.from} and ${deed.to}, for ${sayMs(deed.healAfterMs)}`;
    case 'flap':
      return `flapping: nothing gets from ${deed.from} to ${deed.to} for half of ${sayMs(deed.everyMs)}, ${deed.times} times`;
    case 'lasting-cut':
      return `cut: nothing gets from ${deed.from} to ${deed.to}, until all faults end`;
    case 'clog':
      return `clog: what is sent from ${deed.from} to ${deed.to} waits for ${sayMs(deed.forMs)}, and arrives at once`;
    case 'swizzle':
      return `clogs, one after another: ${deed.links.map(({ from, to, afterMs, forMs }) => `from ${from} to ${to} after ${sayMs(afterMs)} for ${sayMs(forMs)}`).join(', ')}`;
    case 'move':
      return `${deed.node} crashes, starts again at ${deed.address} after ${sayMs(deed.startAfterMs)}`;
    case 'weigh':
      return `${deed.node} crashes, starts again with the capacity ${deed.capacity} after ${sayMs(deed.startAfterMs)}`;
    case 'clone-disk':
      return `${deed.clone.name} starts from a copy of the disk of ${deed.node}, to be ended ${sayMs(deed.endAfterMs)} after it is told of`;
    case 'lose-disk':
      return `${deed.node} loses its disk; ${deed.newcomer.name} starts in its place after ${sayMs(deed.startAfterMs)}, ${deed.node} is forgotten after ${sayMs(deed.forgetAfterMs)}`;
    case 'low-disk':
      return `${deed.node}: its disk has no room for uploads for ${sayMs(deed.forMs)}`;
    case 'read-errors':
      return `${deed.node}: its disk gives no bytes for ${sayMs(deed.forMs)}`;
    case 'bit-rot':
      return `${deed.node}: bits of its ${deed.name} ${deed.version} flip, to be noticed after ${sayMs(deed.scrubAfterMs)}`;
    case 'omit':
      return `omission: no ${deed.type}${deed.from === undefined ? '' : ` from ${deed.from}`}${deed.to === undefined ? '' : ` to ${deed.to}`} arrives for ${sayMs(deed.forMs)}`;
    case 'ambush':
      return `ambush: who ${deed.as === 'sender' ? 'sends' : 'gets'} ${deed.type}${deed.passing === 0 ? ' next' : ` after the next ${deed.passing}`}, ${sayMs(deed.afterMs)} later ${sayBlow(deed.blow)}`;
    case 'heal':
      return 'every cut heals';
    case 'pause':
      return `${deed.node} stands still for ${sayMs(deed.forMs)}`;
    case 'crash':
      return `${deed.node} crashes, starts again after ${sayMs(deed.startAfterMs)}`;
    case 'clock-jump':
      return `${deed.node}: its wall clock jumps by ${sayMs(deed.byMs)}`;
    case 'clock-drift':
      return `${deed.node}: its wall clock runs ${Number((Math.abs(deed.by) * 100).toPrecision(3))} % ${deed.by < 0 ? 'slow' : 'fast'} from now on`;
    case 'full-disk':
      return `${deed.node}: others fill its disk for ${sayMs(deed.forMs)}`;
    case 'sleep':
      return `${deed.node} goes to sleep, to be woken after ${sayMs(deed.wakeAfterMs)}`;
    case 'leave-away':
      return `${deed.node} leaves to restart, starts again after ${sayMs(deed.startAfterMs)}`;
    case 'leave-for-good':
      return `${deed.node} leaves for good${deed.through === undefined ? '' : `, as ${deed.through} is told`}`;
  }
}

function sayBlow(blow: Blow): string {
  switch (blow.do) {
    case 'crash':
      return `crashes, starts again after ${sayMs(blow.startAfterMs)}`;
    case 'pause':
      return `stands still for ${sayMs(blow.forMs)}`;
    case 'split':
      return `is cut off for ${sayMs(blow.healAfterMs)}`;
  }
}

export function sayRequest(request: ClientRequest): string {
  const firmly = request.requireStrong ? ', strong or not at all' : '';
  switch (request.op) {
    case 'list':
      return `list${firmly} (${request.ref})`;
    case 'get':
      return `get ${request.name}${firmly} (${request.ref})`;
    case 'delete':
      return `delete ${request.name}${sayConditions(request.conditions)}${sayResolved(request)}${firmly} (${request.ref}, ${request.opId})`;
    case 'put':
      return `put ${request.name} = ${sayContent(request.digest)}${sayConditions(request.conditions)}, ${request.size} bytes${sayResolved(request)}${firmly} (${request.ref}, ${request.opId})`;
  }
}

export function sayConditions({ ifMatch, ifNoneMatch }: Conditions): string {
  const sayAll = (digests: readonly string[] | '*') => (digests === '*' ? '*' : digests.map(sayContent).join(','));
  return `${ifMatch === undefined ? '' : ` if ${sayAll(ifMatch)}`}${ifNoneMatch === undefined ? '' : ` unless ${sayAll(ifNoneMatch)}`}`;
}

function sayResolved({ resolves = [] }: WriteRequest): string {
  return resolves.length === 0 ? '' : `, resolves ${resolves.map(formatStamp).join(' ')}`;
}

/** Digests of the workload are numbers. */
export function sayContent(digest: string | undefined): string {
  return digest === undefined ? 'nothing' : digest.replace(/^0+/, '');
}

function saySides(sides: Extract<Deed, { do: 'split' }>['sides']): string {
  const numbers = [...new Set(sides.map(([, side]) => side))].sort();
  return numbers.map((number) => sides.filter(([, side]) => side === number).map(([node]) => node).join(' ')).join(' | ');
}

function sayMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}
