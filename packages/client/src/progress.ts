import { bytesInWords } from '@coring/protocol';
import cliProgress from 'cli-progress';
import type { Screen } from './screen.js';

export interface Progress {
  moved(bytes: number): void;
  restart(): void;
  end(): void;
}

const none: Progress = { moved() {}, restart() {}, end() {} };

/** A bar on standard error where that is a terminal; otherwise nothing. */
export function showProgress(label: string, bytes: number | undefined, { stderr, json }: Screen): Progress {
  if (!stderr.isTTY || json || bytes === undefined || bytes === 0) return none;
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    format: `${label} [{bar}] {percentage}% {done} of {all}, {eta_formatted}`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  bar.start(bytes, 0, { done: bytesInWords(0), all: bytesInWords(bytes) });
  let done = 0;
  return {
    moved(more) {
      done += more;
      bar.update(Math.min(done, bytes), { done: bytesInWords(done) });
    },
    restart() {
      done = 0;
    },
    end: () => bar.stop(),
  };
}
