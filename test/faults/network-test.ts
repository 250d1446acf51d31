import test, { type Implementation } from 'ava';
import { whyNoNetwork } from './a-network.js';

const noNetwork = await whyNoNetwork();

/** A test with hosts of its own. Where none can be made, or with another `obstacle`, it is skipped, and says why. */
export function networkTest(title: string, implementation: Implementation<[]>, obstacle?: string): void {
  const why = noNetwork ?? obstacle;
  if (why === undefined) test(title, implementation);
  else test.skip(`${title} (not tried: ${why})`, implementation);
}
