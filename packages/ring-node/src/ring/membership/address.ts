/** Whether an address stands for "wherever this machine is reached": peers cannot dial it. */
export function isUnspecified(address: string): boolean {
  return /^(0\.0\.0\.0|\[::\]|\[::0\]|):\d+$/.test(address);
}

/** The port of an address at the host of another one. */
export function withHostOf(address: string, seenAddress: string): string {
  return hostOf(seenAddress) + address.slice(address.lastIndexOf(':'));
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}
