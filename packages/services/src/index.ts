export { echo, type EchoOptions } from './echo.js';
export { echoHttp } from './http/echo-http.js';
export { type EchoLimits, echoLimits, echoRequest } from './http/echo-request.js';
export { hello, type HelloOptions } from './hello.js';
export { lingerAfter } from './http/linger.js';
export * from './service.js';
export { ServiceError } from './service-error.js';
