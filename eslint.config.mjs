import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const environmentMessage = 'Only src/main.ts reads the environment: take a typed option instead.';
/** The environment under each name it goes by: `process.env`, `process['env']`, of whatever `process` hangs on, taken apart or imported. */
const noEnvironment = [
  "MemberExpression[property.name='env']:matches([object.name='process'], [object.property.name='process'], [object.property.value='process'])",
  "MemberExpression[property.value='env']:matches([object.name='process'], [object.property.name='process'], [object.property.value='process'])",
  "VariableDeclarator[init.name='process'] > ObjectPattern",
  "VariableDeclarator[init.property.name='process'] > ObjectPattern",
  'ImportDeclaration[source.value=/^(node:)?process$/]',
  'ImportExpression[source.value=/^(node:)?process$/]',
].map((selector) => ({ selector, message: environmentMessage }));

const noFocus = [
  "MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo)$/]",
  "MemberExpression[object.name=/^(it|test|describe)$/][property.value=/^(only|skip|todo)$/]",
  "CallExpression[callee.name=/^(xit|fit|xtest|xdescribe|fdescribe)$/]",
  "MemberExpression[object.name=/^(xit|fit|xtest|xdescribe|fdescribe)$/]",
].map((selector) => ({ selector, message: 'No focused or skipped tests.' }));

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'node_modules/', 'coverage/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-console': 'error',
    },
  },
  { files: ['src/**/*.ts'], ignores: ['src/main.ts'], rules: { 'no-restricted-syntax': ['error', ...noEnvironment] } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noFocus],
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.mjs', 'scripts/**/*.ts'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', URL: 'readonly', Buffer: 'readonly', fetch: 'readonly', AbortSignal: 'readonly', performance: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
);
