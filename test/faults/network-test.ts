import test, { type Implementation } from 'ava';
import { whyNoNetwork } from './a-network.js';

const noNetwork = await whyNoNetwork();

/** A test with hosts of its own, one at a time. Where none can be made, or with another `obstacle`, it is skipped, and says why. */
export function networkTest(title: string, implementation: Implementation<[]>, obstacle?: string): void {
  const why = noNetwork ?? obstacle;
  if (why === undefined) test.serial(title, implementation);
  else test.serial.skip(`${title} (not tried: ${why})`, implementation);
}
