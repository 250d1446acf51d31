/** What is imported when the programs run. Types are gone here: a state and its parts may name each other's, code may not need itself. */
export default {
  forbidden: [
    { name: 'no-cycles', comment: 'Two files that need each other are one idea, or a third.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'dashboard-knows-protocol',
      comment: 'The page talks to nodes only through what protocol describes.',
      severity: 'error',
      from: { path: '^packages/dashboard/' },
      to: { path: '^(packages/|@coring/)', pathNot: '^(packages/dashboard/|@coring/protocol$)' },
    },
  ],
  options: { doNotFollow: { path: 'node_modules' }, exclude: { path: 'node_modules' } },
};
