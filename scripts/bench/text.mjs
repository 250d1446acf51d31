const LARGE_BYTES = 1_000_000;

/** Of large files in MB a second, of small ones in files a second. */
export function rateText(perSecond, bytes) {
  return bytes >= LARGE_BYTES ? `${grouped((perSecond * bytes) / 1e6)} MB/s` : `${grouped(perSecond)}/s`;
}

export function timeText(us) {
  if (us >= 1e6) return `${(us / 1e6).toFixed(1)} s`;
  return us >= 10_000 ? `${grouped(us / 1000)} ms` : `${us < 10 ? us.toFixed(1) : grouped(us)} µs`;
}

export function millisecondsText(ms) {
  return `${grouped(ms)} ms`;
}

export function bytesText(bytes) {
  return bytes >= 1e6 ? `${grouped(bytes / 1e6)} MB` : `${grouped(bytes)} bytes`;
}

export function ratioText(ratio) {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
}

/** In groups of three digits, and with as many digits as mean something. */
function grouped(value) {
  const rounded = value < 10 ? value.toFixed(1) : String(Math.round(value));
  return rounded.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}
