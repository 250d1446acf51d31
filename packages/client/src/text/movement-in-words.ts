import { bytesInWords, durationInWords, type Movement } from '@coring/protocol';

/** How far a node is with the copies that it takes over, and how long it will take by what it has done so far. */
export function movementInWords({ epoch, bucketsDone, bucketsTotal, bytesLeft, bytesPerSecond, secondsLeft }: Movement): string {
  const share = bucketsTotal === 0 ? 100 : Math.floor((bucketsDone * 100) / bucketsTotal);
  const left = secondsLeft === undefined ? '' : `, ${durationInWords(secondsLeft * 1000)} left`;
  return `takes over its copies of epoch ${epoch}: ${share} % done, about ${bytesInWords(bytesLeft)} to come at ${bytesInWords(bytesPerSecond)}/s${left}`;
}
