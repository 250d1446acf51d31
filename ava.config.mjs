export default {
  files: ['packages/*/dist/test/**/*.test.js', 'test/dist/**/*.test.js'],
  // Processes of their own: tests measure memory, send signals and change environments.
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
  nodeArguments: ['--enable-source-maps'],
};
