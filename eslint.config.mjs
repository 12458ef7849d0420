import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Imports go down only: what each room may not import (see ARCHITECTURE.md). */
function forbid(files, patterns, paths = []) {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns, paths }] } };
}
const childProcess = [
  { name: 'node:child_process', message: 'Processes start in server/src/nix/process.ts only.' },
  { name: 'child_process', message: 'Processes start in server/src/nix/process.ts only.' },
];
const vscode = { name: 'vscode', message: 'Only client/ and test/e2e know VS Code.' };
const rooms = (...names) =>
  names.map((name) => ({
    group: [`**/${name}/**`, `**/${name}`],
    message: `Imports go down only: not ${name}/ from here.`,
  }));
const snapshotParts = {
  group: ['**/snapshots/snapshot[A-Z]*'],
  caseSensitive: true,
  message: 'The way into the snapshots is snapshots.ts.',
};
const warmParts = {
  group: ['**/warm/*', '!**/warm/warmEvaluators'],
  message: 'The way to evaluators that are kept is warmEvaluators.ts.',
};
const io = [{ group: ['node:*', '!node:path', '!node:crypto'], message: 'This room is pure.' }];

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.cache/', 'node_modules/', 'syntaxes/tree-sitter-nix/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipComments: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
  forbid(
    ['server/src/**/*.ts'],
    [{ group: ['**/client/**'], message: 'The server knows no client.' }],
    [vscode, ...childProcess],
  ),
  forbid(
    ['server/src/nix/process.ts'],
    [{ group: ['**/client/**'], message: 'The server knows no client.' }],
    [vscode],
  ),
  forbid(
    ['server/src/{syntax,analysis}/**/*.ts'],
    [...io, ...rooms('workspace', 'nix', 'phases', 'builds', 'engine', 'features', 'cli')],
    [vscode, ...childProcess],
  ),
  forbid(['server/src/workspace/**/*.ts'], rooms('nix', 'phases', 'builds', 'engine', 'features', 'cli'), [
    vscode,
    ...childProcess,
  ]),
  forbid(
    ['server/src/{derivation,knowledge,patch}/**/*.ts'],
    [...io, ...rooms('phases', 'builds', 'engine', 'features', 'cli')],
    [vscode, ...childProcess],
  ),
  forbid(
    ['server/src/nix/!(process).ts'],
    [
      ...rooms('syntax', 'analysis', 'derivation', 'phases', 'builds', 'engine', 'features', 'cli'),
      warmParts,
    ],
    [vscode, ...childProcess],
  ),
  forbid(
    ['server/src/nix/warm/*.ts'],
    rooms('syntax', 'analysis', 'derivation', 'phases', 'builds', 'engine', 'features', 'cli'),
    [vscode, ...childProcess],
  ),
  forbid(
    ['server/src/{phases,builds}/**/!(snapshot[A-Z]*|snapshots).ts'],
    [...rooms('engine', 'features', 'cli'), snapshotParts],
    [vscode, ...childProcess],
  ),
  forbid(['server/src/phases/snapshots/*.ts'], rooms('engine', 'features', 'cli'), [vscode, ...childProcess]),
  forbid(
    ['server/src/engine/**/*.ts'],
    [...rooms('features', 'cli'), snapshotParts],
    [vscode, ...childProcess],
  ),
  forbid(
    ['client/src/**/*.ts'],
    [
      {
        group: ['**/server/src/*', '!**/server/src/protocol'],
        message: 'The client knows only server/src/protocol.',
      },
    ],
    childProcess,
  ),
);
