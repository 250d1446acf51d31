import { isOpenToBrowsers } from '@coring/protocol';

/** Whether a page can ask the node at all. */
export function canBeAsked(address: string): boolean {
  return isOpenToBrowsers(Number(address.slice(address.lastIndexOf(':') + 1)));
}

/** Where requests to a node begin: nothing for the node that gave this page. */
export function baseOf(address: string, home: string): string {
  return address === home ? '' : `http://${address}`;
}
