/** The arrows of the house: what each room may import. Everything that is not named here is free. */
const onlyKnows = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^packages/', pathNot: [from, ...allowed] },
});

const protocol = '^packages/protocol/';
const logFile = '^packages/log-file/';
const talk = '^packages/talk/';
const core = '^packages/ring-node/(src|dist/src)/ring/';

export default {
  forbidden: [
    onlyKnows('protocol-knows-nobody', protocol, [], 'What programs say to each other depends on none of them.'),
    onlyKnows('core-knows-protocol', core, [protocol], 'The core decides; it touches nothing.'),
    onlyKnows('store-knows-protocol', '^packages/file-store/', [protocol], 'The store knows nothing of rings.'),
    onlyKnows('log-file-knows-nobody', logFile, [], 'A log of lines is a log of any lines.'),
    onlyKnows('talk-knows-protocol', talk, [protocol], 'Messages go over any connection.'),
    onlyKnows('services-know-protocol', '^packages/services/', [protocol, logFile, talk], 'A service takes streams, datagrams and requests; it knows nothing of sockets and rings.'),
    onlyKnows('sockets-know-nobody', '^packages/sockets/', [], 'Sockets carry whatever comes; they know nothing of rings.'),
    onlyKnows('client-knows-protocol', '^packages/client/', [protocol, logFile, talk], 'The client talks to nodes only through what protocol describes.'),
    onlyKnows('dashboard-knows-protocol', '^packages/dashboard/', [protocol], 'The page talks to nodes only through what protocol describes.'),
    onlyKnows('simulator-knows-core', '^packages/simulator/', [protocol, core], 'The simulator is a second shell around the core.'),
    {
      name: 'core-has-no-node',
      comment: 'The core cannot do I/O.',
      severity: 'error',
      from: { path: core },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'Tests are the end of every arrow.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '/test/' },
    },
    { name: 'nothing-missing', comment: 'What is imported exists.', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '(/dist/|node_modules)' },
    // Its parser knows no JSX: what that imports is looked at when it is built.
    exclude: { path: '[.]tsx$' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.mts', '.mjs', '.js'] },
  },
};
