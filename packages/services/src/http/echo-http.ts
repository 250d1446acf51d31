import type { Service } from '../service.js';
import { type EchoLimits, echoLimits, echoRequest } from './echo-request.js';
import { httpService, type HttpServiceOptions } from './http-service.js';

/** An HTTP server that sends every request's body back, whatever the method and the path. */
export function echoHttp(limits: Partial<EchoLimits> = {}, options: Partial<HttpServiceOptions> = {}): Service {
  return httpService((request, response) => echoRequest(request, response, { ...echoLimits, ...limits }), options);
}
