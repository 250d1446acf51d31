export * from './echo.js';
export * from './service.js';
