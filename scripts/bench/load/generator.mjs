// A process that makes load. It is sent one job after the other and answers each with what came of it.
import { quantile } from '../statistics.mjs';
import { HttpClient } from './http-client.mjs';
import { NatsClient } from './nats-client.mjs';

/** No answer to anybody for so long: the server hangs. */
const STUCK_MS = 60_000;

const clientOf = {
  http: (job, target) => new HttpClient(target, { bodyBytes: job.bodyBytes, readsMuch: job.expect.length > 65_536 }),
  nats: (job, target) => new NatsClient(target, { bucket: job.bucket, bodyBytes: job.bodyBytes }),
};

process.on('message', (job) => void perform(job).then((result) => process.send(result)));
process.on('disconnect', () => process.exit());

/**
 * Job: `{protocol, method, targets, requests: [[target, path], …] | prefix, connections, expect: {statuses, length?}, bodyBytes, seconds?, count?}`.
 * Requests begin until `seconds` are over or `count` have begun; what has begun is finished, and all of it counts, with all of its time.
 */
async function perform(job) {
  const counts = { units: 0, bytes: 0, begun: 0, failures: {}, latenciesMs: [] };
  const beganUsage = process.cpuUsage();
  const began = performance.now();
  await withProgress(counts, Array.from({ length: job.connections }, (_, i) => lane(job, i, counts, began)));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(beganUsage);
  const { units, bytes, failures, latenciesMs } = counts;
  const [p50Ms, p99Ms] = latenciesMs.length === 0 ? [] : [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  return { units, bytes, seconds, failures, p50Ms, p99Ms, generatorBusy: (user + system) / 1e6 / seconds };
}

/** Ends, with a failure, where no request is answered for long. */
async function withProgress(counts, lanes) {
  let seen = -1;
  let watch;
  const stuck = new Promise((resolve) => {
    watch = setInterval(() => {
      if (counts.units === seen) {
        counts.failures[`no answer within ${STUCK_MS / 1000} s`] = 1;
        resolve();
      }
      seen = counts.units;
    }, STUCK_MS);
  });
  await Promise.race([Promise.all(lanes), stuck]);
  clearInterval(watch);
}

/** One connection's part: a failure ends it, and is told. */
function lane(job, index, counts, began) {
  return new Promise((resolve) => {
    const ownTarget = index % job.targets.length;
    const own = job.requests?.filter(([target]) => target === ownTarget);
    const client = clientOf[job.protocol](job, job.targets[ownTarget]);
    const endsMs = job.seconds === undefined ? Infinity : began + job.seconds * 1000;
    let at = own === undefined ? 0 : Math.floor((index * own.length) / job.connections);
    let sentMs = began;
    const end = () => {
      client.close();
      resolve();
    };
    const next = () => {
      sentMs = performance.now();
      if (sentMs >= endsMs || counts.begun >= (job.count ?? Infinity)) return end();
      const number = counts.begun++;
      if (job.method === 'GET') client.get(own[at++ % own.length][1], onAnswer);
      else client.put(`${job.prefix}${number}`, onAnswer);
    };
    const onAnswer = (error, answer) => {
      const wrong = error?.message ?? faultOf(answer, job.expect);
      if (wrong !== undefined) {
        counts.failures[wrong] = (counts.failures[wrong] ?? 0) + 1;
        return end();
      }
      counts.units++;
      counts.bytes += job.method === 'GET' ? answer.length : job.bodyBytes;
      counts.latenciesMs.push(performance.now() - sentMs);
      next();
    };
    next();
  });
}

function faultOf({ status, length }, { statuses, length: expected }) {
  if (!statuses.includes(status)) return `status ${status}`;
  if (expected !== undefined && length !== expected) return `${length} bytes instead of ${expected}`;
  return undefined;
}
