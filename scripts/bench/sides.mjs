// What both sides of a contest do: files are put beforehand, then got or put by 64 clients.

/** Puts so many files of so many bytes; the numbers of all are in their names, `PREFIX0` and so on, which are returned. */
export async function putFiles(load, { targets, path }, { prefix = 'file-', count, bytes, connections = Math.min(64, count) }) {
  await load.run({ method: 'PUT', targets, prefix: `${path}${prefix}`, bodyBytes: bytes, count, connections, expect: written });
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

/** A side that gets these files from all its servers alike; `requests` says from which to get which instead. */
export function getSide(load, { name, pids, targets, path }, { names, bytes, connections = 64, requests }) {
  const asked = requests ?? targets.flatMap((_, i) => names.map((file) => [i, `${path}${file}`]));
  return {
    name,
    pids,
    play: (_, seconds) => load.run({ method: 'GET', targets, requests: asked, connections, seconds, expect: { statuses: [200], length: bytes } }),
  };
}

/** A side that puts new files of so many bytes through all its servers alike. */
export function putSide(load, { name, pids, targets, path, job }, { bytes, connections = 64, ...more }) {
  return {
    name,
    pids,
    play: (round, seconds) =>
      load.run({ ...job, method: 'PUT', targets, prefix: `${path}put-${round}-`, bodyBytes: bytes, connections, seconds, expect: written }),
    ...more,
  };
}

const written = { statuses: [200, 201, 204] };
