import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      ...[
        'dist/**',
        'sdk/dist/**',
        'sdk-react/dist/**',
        'rego/dist/**',
        'node_modules/**',
        '**/generated/**',
        '**/*.cjs',
        '**/*.mjs',
      ],
      // The data of an installation, with files of its users.
      '.data/**',
      // Projects of their own, with their own packages and type checks.
      'docs/examples/{next,react}/**',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.json',
          './sdk/tsconfig.json',
          './sdk-react/tsconfig.json',
          './docs/.vitepress/tsconfig.json',
        ],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    rules: {
      complexity: ['error', { max: 20, variant: 'modified' }],
      eqeqeq: 'error',
      'import-x/first': 'error',
      'import-x/no-duplicates': 'error',
      // Of Node and packages first, then of ours.
      'import-x/order': [
        'error',
        { groups: ['builtin', ['external', 'internal'], ['parent', 'sibling', 'index']], 'newlines-between': 'never' },
      ],
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'default', format: ['camelCase'], leadingUnderscore: 'allow' },
        { selector: 'variable', format: ['camelCase', 'PascalCase', 'UPPER_CASE'], leadingUnderscore: 'allow' },
        // Decorators and factories of classes are called as classes are.
        { selector: ['function', 'parameter'], format: ['camelCase', 'PascalCase'], leadingUnderscore: 'allow' },
        { selector: 'typeLike', format: ['PascalCase'] },
        { selector: 'classProperty', format: ['camelCase', 'UPPER_CASE'] },
        { selector: 'enumMember', format: ['UPPER_CASE', 'PascalCase'] },
        // Names that a protocol or a package has chosen.
        { selector: ['variable', 'parameter'], modifiers: ['destructured'], format: null },
        { selector: ['objectLiteralProperty', 'objectLiteralMethod', 'typeProperty', 'import'], format: null },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A Nest lifecycle hook or port may have to be async although this adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'sdk/test/**/*.ts', 'sdk-react/test/**/*.ts', '**/*.spec.ts', '**/*.int-spec.ts'],
    rules: {
      'max-lines': 'off',
      'no-console': 'off',
      // Answers of the surfaces under test are unknown JSON; each test asserts the shape it needs.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name=/^(toBeDefined|toBeTruthy)$/][callee.object.property.name='rejects']",
          message: 'Say what it rejects with: any fault of the test passes this.',
        },
        {
          selector: "CallExpression[callee.property.name='useFakeTimers']",
          message:
            'Test files of a worker share their modules, whose timers would be faked as well: use short real times.',
        },
      ],
    },
  },
);
