// Import rules for dependency-cruiser: main → roles → modules → other modules' contract/ → kernel → npm.
// Generated from module-uses.cjs, so that one file lists the allowed uses of other modules.
const { breaches, moduleUses } = require('./module-uses.cjs');

const TESTS = '[.](spec|int-spec)[.]ts$';
/** Folders of port adapters. In their own module, they can import only the port and each other's messages. */
const ADAPTERS = 'rest|grpc|client';

const exactly = (path) => `^${path.replaceAll('.', '[.]')}$`;
const fileOf = (path) => (path.includes('/') ? exactly(`src/modules/${path}`) : exactly(path));
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** The same pattern, with the module's name as group 1, as in the paths of the rules. */
const importerOf = (path) => fileOf(path).replace(/modules\/([^/]+)/, 'modules/($1)');
const breachesOf = (file) => breaches.filter(({ from }) => from === file).map(({ to }) => fileOf(to));

const filesWithBreaches = [...new Set(breaches.map(({ from }) => from))];
const allBreaching = filesWithBreaches.map((file) => fileOf(file));

/** Applies a rule to all files. Exempts the known breaches in the files that contain them. */
function withBreaches(rule) {
  const pathNots = (side) => [rule[side].pathNot ?? []].flat();
  const isConcerned = (file) => new RegExp(rule.from.path).test(`src/modules/${file}`);
  return [
    { ...rule, from: { ...rule.from, pathNot: [...pathNots('from'), ...allBreaching] } },
    ...filesWithBreaches.filter(isConcerned).map((file) => ({
      ...rule,
      name: `${rule.name}: ${file}`,
      from: { path: importerOf(file) },
      to: { ...rule.to, pathNot: [...pathNots('to'), ...breachesOf(file)] },
    })),
  ];
}

const layers = [
  forbid(
    'kernel-knows-npm-only',
    'The kernel is free of business terms: it imports only itself and packages.',
    { path: '^src/kernel/' },
    { path: '^(src|migrations|scripts)/', pathNot: '^src/kernel/' },
  ),
  forbid(
    'private-parts-in-adapters',
    'Only one folder uses private parts of packages; a spec there fails when they are gone (kernel/adapters/README.md).',
    { path: '^src/', pathNot: '^src/kernel/adapters/' },
    { path: 'node_modules/@nestjs/[^/]+/(constants|enums)' },
  ),
  forbid(
    'modules-know-no-role',
    'A module does not know which process it runs in.',
    { path: '^src/modules/' },
    { path: '^(src/(roles/|cli/|main[.]ts)|migrations/|scripts/)' },
  ),
  forbid(
    'roles-do-not-start-themselves',
    'Only the operating system starts main.',
    { path: '^src/roles/' },
    { path: '^(src/(cli/|main[.]ts)|migrations/|scripts/)' },
  ),
  forbid(
    'command-line-starts-no-role',
    'Commands use modules and the kernel; only main starts a role.',
    { path: '^src/cli/' },
    // The doctor inspects the parts of every role without starting them.
    { path: '^(src/(roles/|main[.]ts)|migrations/|scripts/)', pathNot: '^src/roles/doctor/' },
  ),
  forbid(
    'main-starts-a-role',
    'main reads the configuration and starts a role.',
    { path: '^src/main[.]ts$' },
    {
      path: '^(src/modules/|migrations/)',
    },
  ),
  forbid(
    'migrations-are-plain-sql',
    'An old migration must not change when other code changes: it imports only typeorm.',
    { path: '^migrations/' },
    { pathNot: '(^|/)node_modules/typeorm/' },
  ),
  forbid(
    'product-needs-no-tests',
    'Production code imports neither tests nor development packages.',
    { path: '^src/', pathNot: [TESTS] },
    { path: ['^test/', TESTS] },
  ),
  forbid(
    'product-needs-no-dev-packages',
    'A package that the product imports is a dependency, not a devDependency.',
    { path: '^(src|migrations)/', pathNot: [TESTS] },
    // Imports only types, which do not exist at run time.
    { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'product-needs-no-sdk',
    'The SDK is published separately: the product does not import it.',
    { path: '^(src|migrations)/', pathNot: [TESTS] },
    { path: '^sdk/' },
  ),
  forbid(
    'engine-through-its-entries',
    'Import only the exports of the Rego engine’s package.',
    { path: '^(src|migrations)/' },
    { path: '^rego/', pathNot: '^rego/src/(bundle|commands|main|node|opa-api|values)[.]ts$' },
  ),
  forbid(
    'sdk-needs-nothing',
    'The SDK has no run-time dependencies, and runs without Node; only its Nest guard needs Nest, which the application provides.',
    { path: '^sdk/src/' },
    { pathNot: ['^sdk/src/', '(^|/)node_modules/@nestjs/common/'] },
  ),
  forbid(
    'react-needs-the-sdk-alone',
    'The React package needs only React and the exports of the SDK, which the application provides.',
    { path: '^sdk-react/src/' },
    {
      pathNot: [
        '^sdk-react/src/',
        '^sdk/(src|dist/(esm|cjs))/(main|browser)[.](ts|js|d[.]ts)$',
        '(^|/)node_modules/(@types/)?react/',
      ],
    },
  ),
];

const doors = [
  ...withBreaches(
    forbid(
      'only-through-the-door',
      'A module imports only contract/ of another module, and only the modules that module-uses.cjs lists for it.',
      { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/([^/]+)/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/contract/'] },
    ),
  ),
  ...Object.entries(moduleUses).map(([module, uses]) =>
    forbid(
      `uses-of-${module}`,
      `${module} uses ${uses.join(', ') || 'no other module'}; a new use is a line in module-uses.cjs.`,
      { path: `^src/modules/${module}/` },
      { path: '^src/modules/', pathNot: [module, ...uses].map((name) => `^src/modules/${name}/`) },
    ),
  ),
  forbid(
    'module-is-listed',
    'Each folder in src/modules has a line in module-uses.cjs.',
    { path: '^src/modules/', pathNot: `^src/modules/(${Object.keys(moduleUses).join('|')})/` },
    {},
  ),
];

const rooms = [
  forbid(
    'rego-stands-alone',
    'The Rego engine is a separate package: it imports only its dependencies and nothing from the product.',
    { path: '^rego/src/', pathNot: [TESTS] },
    {
      pathNot: [
        '^rego/src/',
        '(^|/)node_modules/(graphql|re2js|yaml)/',
        '^(node:)?(buffer|crypto|events|http|https|net|tls|zlib)$',
        '^(node:)?(fs|os|path|url|util)(/|$)',
      ],
    },
  ),
  forbid(
    'rego-core-without-server',
    'The engine runs in browsers: only the command line and the entries `opa-api` and `bundle` use the server and bundles.',
    { path: '^rego/src/', pathNot: ['^rego/src/(server|bundle|cli)/', '^rego/src/(bundle|opa-api)[.]ts$', TESTS] },
    { path: '^rego/src/(server|bundle)/' },
  ),
  ...withBreaches(
    forbid(
      'contract-is-plain',
      'A contract imports only the kernel, zod and other contracts.',
      { path: '^src/modules/[^/]+/contract/', pathNot: [TESTS] },
      { pathNot: ['^src/kernel/', '^src/modules/[^/]+/contract/', '(^|/)node_modules/zod/'] },
    ),
  ),
  forbid(
    'adapters-see-ports',
    'rest, grpc and client use ports and their own messages, never a service or a table.',
    { path: `^src/modules/([^/]+)/(${ADAPTERS})/`, pathNot: [TESTS] },
    { path: '^src/modules/', pathNot: ['^src/modules/[^/]+/contract/', `^src/modules/$1/(${ADAPTERS})/`] },
  ),
  forbid(
    'only-roles-know-surfaces',
    'A module’s manifest names its controllers, so that a role can load them; no other file of the module imports them.',
    {
      path: '^src/modules/',
      pathNot: [`^src/modules/[^/]+/(${ADAPTERS})/`, '-client[.]module[.]ts$', '[.]manifest[.]ts$', TESTS],
    },
    { path: `^src/modules/[^/]+/(${ADAPTERS})/` },
  ),
  forbid(
    'domain-has-no-framework',
    'Rules do not use Nest, TypeORM, I/O or the clock: domain functions take values and return values.',
    { path: '^src/modules/[^/]+/domain/', pathNot: [TESTS] },
    {
      path: [
        '(^|/)node_modules/(@nestjs|typeorm|pg|express|@grpc|rxjs)/',
        '^src/kernel/(changes|config|database|grpc|http|telemetry|time)/',
        '^src/modules/[^/]+/(storage|rest|grpc|client|use-cases)/',
        '^src/modules/[^/]+/[^/]+[.](service|module|config)[.]ts$',
        '^(node:)?(fs|net|http|https|http2|child_process|dns|tls|timers|worker_threads)(/|$)',
      ],
    },
  ),
  forbid(
    'storage-belongs-to-its-module',
    'Tables are behind the use cases: storage uses the contract and the domain, but not its callers.',
    { path: '^src/modules/([^/]+)/storage/', pathNot: [TESTS] },
    { path: '^src/modules/', pathNot: ['^src/modules/[^/]+/contract/', '^src/modules/$1/(storage|domain)/'] },
  ),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layers,
    ...doors,
    ...rooms,
    forbid(
      'no-circular',
      'Two files that need each other belong in one file, or need a third file for their shared code.',
      {},
      { circular: true },
    ),
    forbid(
      'no-index',
      'An import names the file that it means.',
      {},
      { path: '/index[.]ts$', pathNot: 'node_modules' },
    ),
    forbid('resolvable', 'Every import resolves to a file or package.', {}, { couldNotResolve: true }),
    forbid('no-deprecated-core', 'Node has deprecated these modules.', {}, { dependencyTypes: ['deprecated'] }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types are uses too: a contract that names a type from another module depends on that module.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
