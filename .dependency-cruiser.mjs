/** The floor plan of docs/architecture.md as rules: who may import whom. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const anyRoom = '^src/';

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
    forbid('modules-see-no-adapters', { path: '^src/modules/' }, { path: '^src/(adapters|config|cli|web|wiring|process|main|app\\.module)' }, 'modules know ports, not adapters, and take options, not configuration.'),
    forbid('modules-through-the-door', { path: '^src/modules/([^/]+)/' }, { path: '^src/modules/([^/]+)/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] }, "another module is entered through its index.ts."),
    forbid('modules-no-drivers', { path: '^src/modules/' }, { path: 'node_modules/(@photostructure|kafkajs|cassandra-driver|undici|@faker-js|csv-parse)' }, 'drivers live in adapters.'),
    forbid('adapters-alone', { path: '^src/adapters/([^/]+)/' }, { path: anyRoom, pathNot: ['^src/adapters/$1/', '^src/adapters/shared/', '^src/(domain|ports)/'] }, 'an adapter knows domain, ports, adapters/shared and its own driver.'),
    forbid('shared-has-no-business', { path: '^src/adapters/shared/' }, { path: anyRoom, pathNot: '^src/(adapters/shared|domain/errors)' }, 'adapters/shared knows no business word.'),
    forbid('config-alone', { path: '^src/config/' }, { path: anyRoom, pathNot: '^src/config/' }, 'config imports only its own files.'),
    forbid('process-sees-no-rooms', { path: '^src/process/' }, { path: anyRoom, pathNot: '^src/(process|domain|ports)/' }, 'process is the terminal and the operating system; it knows no module and no adapter.'),
    forbid('only-main-is-a-process', { path: '^src/', pathNot: '^src/(main\\.ts|cli/|wiring/|process/)' }, { path: '^src/process/' }, 'only the composition root and cli speak to the terminal.'),
    forbid('wiring-belongs-to-the-root', { path: '^src/', pathNot: '^src/(main\\.ts|app\\.module\\.ts|wiring/)' }, { path: '^src/wiring/' }, 'only the composition root wires.'),
    forbid('nobody-imports-the-root', { path: '^src/', pathNot: '^src/(main\\.ts|cli/|app\\.module\\.ts)' }, { path: '^src/(main|app\\.module)\\.ts$' }, 'only main and cli import the composition root.'),
    forbid('no-dev-dependencies', { path: '^src/' }, { dependencyTypes: ['npm-dev', 'npm-no-pkg'] }, 'src runs on what production installs.'),
    forbid('no-orphans', { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '^src/main\\.ts$'] }, {}, 'nothing uses this file.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
