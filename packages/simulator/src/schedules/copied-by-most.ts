import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import type { SimulatedNode } from '../simulated-node.js';
import { aNameOf, ownersOf } from './names.js';
import type { Schedule } from './stage.js';

/**
 * While owners change, an upload is accepted by one owner of three and copied by a second one that synchronises. That makes it no majority:
 * another upload, on condition that the file is still as it was before, has the promises of the rest. Who reads from those two must ask
 * for a vote, or it shows what is never chosen.
 */
export const copiedByMost: Schedule = (stage) => {
  const { workload, world } = stage;
  const old = [0, 1, 2].map((index) => stage.node(index));
  const [copier, third, uploader] = [0, 1, 2].map(() => world.addNode([old[0]!.address])) as [SimulatedNode, SimulatedNode, SimulatedNode];
  const all = [...old, copier, third, uploader];
  const isAsked = (name: string, node: SimulatedNode) => ownersOf(name, old).indexOf(node.nodeId) < 2;
  const acceptorOf = (name: string) => old.find((node) => ownersOf(name, all).includes(node.nodeId))!;
  // Who copies asks the first two of the old owners: the acceptor is to be one of them.
  const name = aNameOf([copier, third], all, (one) => isAsked(one, acceptorOf(one)));
  const acceptor = acceptorOf(name);
  const helper = old.find((node) => node !== acceptor && isAsked(name, node))!;
  const rival = old.find((node) => node !== acceptor && node !== helper)!;
  const before = stage.answered(workload.put(rival, name));

  let pages = new Map<SimulatedNode, string>();
  const isHeld = (from: SimulatedNode, to: SimulatedNode, type: string, text: string) => {
    if (type !== 'SYNCED' || !text.includes(JSON.stringify(name)) || (to !== copier && to !== third)) return false;
    if (to === copier) pages.set(from, text);
    return true;
  };
  stage.lose((from, to, { type, text }) => isHeld(from, to, type, text));
  for (const node of [copier, third, uploader]) node.start();
  stage.until('an epoch of six', () => world.running().every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 6));
  stage.until('the acceptor synced', () => acceptor.ring!.placement.ready.has(acceptor.ring!.placement.newest));

  stage.lose((from, to, { type, text }) => isHeld(from, to, type, text) || (type === 'ACCEPT' && from === uploader && to !== acceptor));
  const upload = workload.put(uploader, name);
  stage.until('an acceptance by one', () => isCurrent(acceptor, upload));
  uploader.crash();
  // The acceptor is left with the copier alone: else it would have its value chosen.
  const isApart = (from: SimulatedNode, to: SimulatedNode) => from === acceptor && to !== copier;
  stage.lose((from, to, { type, text }) => isHeld(from, to, type, text) || isApart(from, to) || isApart(to, from));
  pages = new Map();
  stage.until('pages that show it', () => pages.has(acceptor) && pages.has(helper));

  let isAccepting = false;
  stage.lose((from, to, { type, text }) => {
    if (type === 'ACCEPT' && from === rival) isAccepting = true;
    return isHeld(from, to, type, text) || isApart(from, to) || isApart(to, from) || (type === 'ACCEPT' && from === rival);
  });
  const conditional = workload.put(rival, name, { ifMatch: [digestOf(before)] });
  stage.until('promises to the rival', () => isAccepting || conditional.answer !== undefined);
  for (const page of [pages.get(acceptor)!, pages.get(helper)!]) copier.feed({ type: 'message', message: JSON.parse(page) });
  stage.pass(60);
  stage.lose((from, to, { type, text }) => isHeld(from, to, type, text) || isApart(from, to) || isApart(to, from));
  stage.answered(workload.read(acceptor, name));
  stage.answered(conditional);
  stage.heal();
  stage.pass(1_000);
  stage.answered(workload.read(rival, name));
};
