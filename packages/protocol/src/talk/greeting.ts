/** Where the greeting is served if nobody says otherwise. */
export const HELLO_PORT = 16_273;
/** Longest text of a greeting, in bytes. */
export const HELLO_BYTES_MAX = 64 * 1024;

/** What the server says before the text that it was sent. */
export const helloReply = "Hello Client, this is Server. I rec'd this message:\n   ";
/** How an answer begins that says what was wrong. */
export const helloRefusal = 'Sorry Client, this is Server. ';

/** What a client says, and how long it slept. */
export function greeting(sleepSeconds: number): string {
  return `Hello Server, this is Client!${sleepSeconds === 0 ? '' : ` Used ${sleepSeconds} sleep seconds.`}`;
}

/** That a message of so many bytes has come. */
export function acknowledgement(bytes: number): string {
  return `Rec'd ${bytes} bytes.`;
}

/** The bytes that an acknowledgement tells of; undefined where it is none. */
export function acknowledgedBytes(text: string): number | undefined {
  const match = /^Rec'd (\d{1,15}) bytes[.]$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}
