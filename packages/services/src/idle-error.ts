import { ServiceError } from './service-error.js';

/** Who is waited for did nothing for too long, in milliseconds. */
export function idleError(ms: number): ServiceError {
  return new ServiceError('request-timeout', `nothing moved for ${ms / 1000} s`, { Connection: 'close' });
}
