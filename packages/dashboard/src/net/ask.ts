import { Failure, failureOf } from '../model/failure.js';

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 10_000;

export interface Asked extends RequestInit {
  readonly patienceMs?: number;
}

/** The answer to a request. @throws Failure where there is none in time (status 0), or it is a refusal */
export async function ask(url: string, { patienceMs = PATIENCE_MS, signal, ...init }: Asked = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(patienceMs);
  let answer: Response;
  try {
    answer = await fetch(url, { cache: 'no-store', credentials: 'omit', ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  } catch {
    throw new Failure(0, '', 'no answer');
  }
  if (!answer.ok) throw failureOf(answer.status, await answer.text().catch(() => ''));
  return answer;
}

export async function askJson<Body>(url: string, asked?: Asked): Promise<Body> {
  const answer = await ask(url, asked);
  try {
    return (await answer.json()) as Body;
  } catch {
    throw new Failure(0, '', 'the answer was cut');
  }
}
