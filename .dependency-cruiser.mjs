/** The floor plan of docs/architecture.md as rules: who may import whom. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const anyRoom = '^src/';

/** What a room may take of npm and of Node's core is a list: whatever is not on it is refused. */
const packages = (...names) => names.map((name) => `node_modules/${name}/`);
const core = (...names) => names.map((name) => `^(node:)?${name}$`);
const npmOnly = (name, from, allowed, comment) => forbid(name, from, { path: 'node_modules/', ...(allowed.length > 0 ? { pathNot: packages(...allowed) } : {}) }, comment);
const coreOnly = (name, from, allowed, comment) => forbid(name, from, { dependencyTypes: ['core'], ...(allowed.length > 0 ? { pathNot: core(...allowed) } : {}) }, comment);
const MODULES = ['@nestjs/(common|core)', 'rxjs', 'uuid'];
const HARMLESS = ['buffer', 'crypto', 'events', 'os', 'timers', 'timers/promises'];
const moduleNpm = (room, allowed) => npmOnly(`${room}-packages`, { path: `^src/modules/${room}/` }, [...MODULES, ...allowed], `${room}: Nest and what this module is for.`);
/** An adapter's own driver, and Nest to be a module with. */
const adapterNpm = (room, allowed) => npmOnly(`${room}-driver`, { path: `^src/adapters/${room}/` }, ['@nestjs/common', ...allowed], `${room}: its own driver only.`);
const adapterCore = (room, allowed) => coreOnly(`${room}-core`, { path: `^src/adapters/${room}/` }, allowed, `${room}: of Node's core only what it works with.`);

const packagesAndCore = [
  moduleNpm('admin', ['@nestjs/(platform-express|swagger|terminus)', 'class-transformer', 'class-validator', 'helmet', 'prom-client']),
  moduleNpm('ingestion', ['@nestjs/schedule', 'cron', 'zod']),
  moduleNpm('journal', ['zod']),
  moduleNpm('processing', ['@nestjs/microservices']),
  moduleNpm('storage', []),
  npmOnly('modules-listed', { path: '^src/modules/', pathNot: '^src/modules/(admin|ingestion|journal|processing|storage)/' }, MODULES, 'a new module begins with Nest alone.'),
  coreOnly('modules-no-io', { path: '^src/modules/', pathNot: '^src/modules/admin/' }, HARMLESS, 'modules reach nothing but through ports.'),
  coreOnly('admin-core', { path: '^src/modules/admin/', pathNot: '^src/modules/admin/docs/docs\\.controller\\.ts$' }, [...HARMLESS, 'http', 'stream'], 'admin speaks HTTP, and opens nothing.'),
  coreOnly('admin-docs-core', { path: '^src/modules/admin/docs/docs\\.controller\\.ts$' }, [...HARMLESS, 'fs', 'http', 'module'], 'the docs page serves files of its package.'),
  adapterNpm('clock-system', []),
  npmOnly('event-bus-shared-packages', { path: '^src/adapters/event-bus-shared/' }, [], 'what the buses have in common needs no package.'),
  adapterNpm('event-bus-kafka', ['fzstd', 'kafkajs', 'lz4js', 'snappyjs']),
  forbid('kafkajs-from-one-file', { path: '^src/', pathNot: '^src/adapters/event-bus-kafka/kafkajs-internals\\.ts$' }, { path: 'node_modules/kafkajs/src/' }, 'one file reaches into kafkajs.'),
  adapterNpm('event-bus-sqlite', ['@photostructure/sqlite']),
  adapterNpm('logger-pino', ['pino']),
  adapterNpm('user-repository-cassandra', ['cassandra-driver']),
  adapterNpm('user-repository-sqlite', ['@photostructure/sqlite']),
  adapterNpm('user-source-file', ['csv-parse']),
  adapterNpm('user-source-randomuser', []),
  adapterNpm('user-source-synthetic', ['@faker-js/faker']),
  npmOnly('shared-sqlite-driver', { path: '^src/adapters/shared/sqlite-' }, ['@photostructure/sqlite'], 'the shared files of SQLite: its driver only.'),
  npmOnly('shared-http-driver', { path: '^src/adapters/shared/http' }, ['undici'], 'the shared files of HTTP: undici only.'),
  npmOnly('shared-no-driver', { path: '^src/adapters/shared/', pathNot: '^src/adapters/shared/(sqlite-|http)' }, [], 'the other shared files need no package.'),
  npmOnly('adapters-listed', { path: '^src/adapters/', pathNot: '^src/adapters/(clock-system|event-bus-(kafka|shared|sqlite)|logger-pino|shared|user-repository-(cassandra|sqlite)|user-source-(file|randomuser|synthetic))/' }, ['@nestjs/common'], 'a new adapter names its driver here.'),
  adapterCore('clock-system', HARMLESS),
  adapterCore('event-bus-kafka', [...HARMLESS, 'net', 'tls']),
  adapterCore('event-bus-shared', []),
  adapterCore('logger-pino', HARMLESS),
  adapterCore('user-repository-cassandra', [...HARMLESS, 'net', 'tls']),
  adapterCore('user-source-randomuser', HARMLESS),
  adapterCore('user-source-synthetic', HARMLESS),
  adapterCore('user-source-file', [...HARMLESS, 'fs', 'fs/promises', 'path', 'stream']),
  adapterCore('(shared|[^/]+-sqlite)', [...HARMLESS, 'fs', 'fs/promises', 'path']),
  npmOnly('config-packages', { path: '^src/config/' }, ['cron', 'fastest-levenshtein', 'zod'], 'config: schemas, schedules and near misses.'),
  coreOnly('config-no-io', { path: '^src/config/' }, [], 'config is given its text.'),
];

export default {
  forbidden: [
    forbid('no-circular', {}, { circular: true }, 'A cycle means two files are one, or a room is missing.'),
    forbid('not-to-unresolvable', {}, { couldNotResolve: true }, 'An import that cannot be resolved.'),
    forbid('domain-is-pure', { path: '^src/domain/' }, { path: anyRoom, pathNot: '^src/domain/' }, 'domain imports only its own files.'),
    forbid('domain-no-frameworks', { path: '^src/domain/' }, { path: 'node_modules/', pathNot: 'node_modules/uuid/' }, 'domain: small pure libraries only.'),
    forbid('domain-no-io', { path: '^src/domain/' }, { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto)$' }, 'domain does no I/O.'),
    forbid('ports-see-domain', { path: '^src/ports/' }, { path: anyRoom, pathNot: '^src/(domain|ports)/' }, 'ports import domain only.'),
    forbid('ports-no-frameworks', { path: '^src/ports/' }, { path: 'node_modules/' }, 'ports know no framework and no driver.'),
    forbid('ports-no-io', { path: '^src/ports/' }, { dependencyTypes: ['core'] }, 'ports do no I/O.'),
    forbid('modules-see-no-adapters', { path: '^src/modules/' }, { path: '^src/(adapters|config|cli|web|wiring|process|main|application|app\\.module)' }, 'modules know ports, not adapters, and take options, not configuration.'),
    forbid('modules-through-the-door', { path: '^src/modules/([^/]+)/' }, { path: '^src/modules/([^/]+)/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] }, "another module is entered through its index.ts."),
    forbid('adapters-alone', { path: '^src/adapters/([^/]+)/' }, { path: anyRoom, pathNot: ['^src/adapters/$1/', '^src/adapters/(event-bus-)?shared/', '^src/(domain|ports)/'] }, 'an adapter knows domain, ports, adapters/shared and its own driver.'),
    forbid('event-bus-shared-for-buses', { path: '^src/', pathNot: '^src/adapters/event-bus-' }, { path: '^src/adapters/event-bus-shared/' }, 'what the buses have in common is for the buses.'),
    forbid('shared-has-no-business', { path: '^src/adapters/shared/' }, { path: anyRoom, pathNot: '^src/(adapters/shared|domain/errors)' }, 'adapters/shared knows no business word.'),
    forbid('config-alone', { path: '^src/config/' }, { path: anyRoom, pathNot: '^src/config/' }, 'config imports only its own files.'),
    forbid('process-sees-no-rooms', { path: '^src/process/' }, { path: anyRoom, pathNot: '^src/(process|domain|ports)/' }, 'process is the terminal and the operating system; it knows no module and no adapter.'),
    forbid('only-main-is-a-process', { path: '^src/', pathNot: '^src/(main\\.ts|application\\.ts|cli/|wiring/|process/)' }, { path: '^src/process/' }, 'only the composition root and cli speak to the terminal.'),
    forbid('wiring-belongs-to-the-root', { path: '^src/', pathNot: '^src/(main\\.ts|application\\.ts|app\\.module\\.ts|wiring/)' }, { path: '^src/wiring/' }, 'only the composition root wires.'),
    forbid('nobody-imports-the-root', { path: '^src/', pathNot: '^src/(main\\.ts|application\\.ts|cli/|app\\.module\\.ts)' }, { path: '^src/(main|application|app\\.module)\\.ts$' }, 'only main and cli import the composition root.'),
    ...packagesAndCore,
    forbid('no-dev-dependencies', { path: '^src/' }, { dependencyTypes: ['npm-dev', 'npm-no-pkg'] }, 'src runs on what production installs.'),
    forbid('no-orphans', { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '^src/main\\.ts$', '\\.worker\\.ts$'] }, {}, 'nothing uses this file.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
