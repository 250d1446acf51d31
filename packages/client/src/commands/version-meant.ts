import type { ConflictsBody } from '@coring/protocol';
import { ClientError } from '../client-error.js';
import { plain } from '../text/plain.js';

/** The whole version that a user means by its beginning. */
export function versionMeant({ name, version, conflicts }: ConflictsBody, beginning: string): string {
  const meant = [version, ...conflicts.map((copy) => copy.version)].filter((one) => one.startsWith(beginning));
  if (meant.length > 1) throw new ClientError('wrong-use', `several versions of ${plain(name)} begin with ${plain(beginning)}`);
  const [only] = meant;
  if (only === undefined) throw new ClientError('not-found', `no version of ${plain(name)} begins with ${plain(beginning)}: 'conflicts ${plain(name)}' lists them`);
  return only;
}
