const LINE_MAX = 200;

/** What is said again and again, and rarely matters: laps that carry no vote, who is next, how FORWARD travels. */
const chatter = /^ *[\d.]+ \w+ +(?:gets from \w+ (?:CHECK (?!.*"vote":)|ROSTER )|tells \{"type":"(?:ring|health|forward|member)")/;

/** A line of a trace as a person reads it; undefined where it says nothing that matters. Long numbers keep their beginning, digests of the workload their end. */
export function shortLine(line: string): string | undefined {
  if (chatter.test(line)) return undefined;
  const text = line
    .replaceAll(/0{32,}([1-9a-f][0-9a-f]*)/g, '$1')
    .replaceAll(/([0-9a-f]{6})[0-9a-f]{18,}/g, '$1…')
    .replaceAll(/"id":"[^"]*",|"deadlineMs":[\d.]+,|"contentType":"[^"]*",/g, '')
    .replaceAll('"', '');
  return text.length > LINE_MAX ? `${text.slice(0, LINE_MAX - 1)}…` : text;
}
