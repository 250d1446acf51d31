/** Why a request came to nothing. `status` 0: nobody answered. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The failure in the body of an error answer. */
export function failureOf(status: number, body: string): Failure {
  let error: { readonly code?: unknown; readonly message?: unknown } | undefined;
  try {
    error = (JSON.parse(body) as { error?: typeof error } | null)?.error;
  } catch {
    // Not an answer of a node: the status has to do.
  }
  const code = typeof error?.code === 'string' ? error.code : '';
  return new Failure(status, code, typeof error?.message === 'string' ? error.message : `the answer was ${status}`);
}

/** What an upload makes of a failure: `ask` its user, try `elsewhere`, or `end`. */
export type Remedy = 'ask' | 'elsewhere' | 'end';

const elsewhere: ReadonlySet<string> = new Set(['request-timeout', 'unavailable', 'outcome-unknown', 'not-joined', 'stopping', 'too-busy', 'disk-full', 'disk-failed', 'internal']);

export function remedyFor({ status, code }: Failure): Remedy {
  if (status === 0 || elsewhere.has(code) || (code === '' && status >= 500)) return 'elsewhere';
  return status === 412 ? 'ask' : 'end';
}

/** Codes whose message does not say it all, or not in the user's words. */
const plainWords: Readonly<Record<string, (at: string, message: string) => string>> = {
  'disk-full': (at) => `the disk of ${at} is full`,
  'disk-failed': (at) => `the disk of ${at} failed`,
  'too-large': (at) => `larger than ${at} takes`,
  conflict: (_, message) => `changed by somebody else at the same time: ${message}`,
  'not-strong': (_, message) => `the ring cannot do it just now: ${message}`,
  unavailable: (_, message) => `the ring cannot do it just now: ${message}`,
  'outcome-unknown': (_, message) => `nobody knows whether it was done: ${message}`,
  'not-joined': (at) => `${at} has not joined its ring yet`,
  stopping: (at) => `${at} is stopping`,
  'too-busy': (at) => `${at} is too busy`,
  'forbidden-origin': (at) => `${at} takes nothing from the page of another node`,
  'precondition-failed': () => 'somebody else was first: there is such a file now',
};

/** What went wrong in plain words; `at`: the address of the node that was asked. */
export function failureInWords(error: unknown, at: string): string {
  if (!(error instanceof Failure)) return String(error);
  const { status, code, message } = error;
  return status === 0 ? `${at} does not answer` : (plainWords[code]?.(at, message) ?? message);
}
