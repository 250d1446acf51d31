/** Ports that no browser opens: https://fetch.spec.whatwg.org/#port-blocking, those that a server without powers may listen on. */
const refused: ReadonlySet<number> = new Set([1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080]);

/** Whether a browser can ask who listens on the port. */
export function isOpenToBrowsers(port: number): boolean {
  return !refused.has(port);
}
