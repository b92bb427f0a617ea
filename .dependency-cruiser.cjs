/** Layer rules: core <- contract <- {client, server}; components never reach the server; no cycles. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      {},
      { circular: true },
      'A cycle means two files are one concept, or one knows too much.',
    ),
    forbid(
      'core-is-pure',
      { path: '^lib/core' },
      { path: '^(lib/(contract|client|server)|app|components|workers|cli)' },
      'The field logic runs anywhere.',
    ),
    forbid(
      'core-no-packages',
      { path: '^lib/core', pathNot: '\\.test\\.ts$' },
      { dependencyTypes: ['npm', 'core'] },
      'No I/O and no framework in the core.',
    ),
    forbid(
      'contract-knows-core-only',
      { path: '^lib/contract' },
      { path: '^(lib/(client|server)|app|components|workers|cli)' },
    ),
    forbid('client-knows-no-server', { path: '^lib/client' }, { path: '^(lib/server|app|components|cli)' }),
    forbid('server-knows-no-client', { path: '^lib/server' }, { path: '^(lib/client|app|components|cli)' }),
    forbid('components-never-server', { path: '^components' }, { path: '^(lib/server|app|cli)' }),
    forbid(
      'browser-workers-core-only',
      { path: '^workers/browser' },
      { path: '^(lib/(server|client)|app|components|cli)' },
    ),
    forbid('workers-know-no-ui', { path: '^workers/(?!browser)' }, { path: '^(lib/client|app|components)' }),
    forbid('cli-knows-no-ui', { path: '^cli' }, { path: '^(lib/client|app|components)' }),
    forbid(
      'prisma-only-in-repo',
      { path: '^lib/server', pathNot: '^lib/server/(repo|db|auth)' },
      { path: '^lib/server/db/generated' },
      'Only repo/ speaks Prisma.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'lib/server/db/generated/(internal|models)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
