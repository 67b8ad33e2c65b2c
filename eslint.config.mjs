import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'sdk/dist/**', 'rego/dist/**', 'node_modules/**', '**/generated/**', '**/*.cjs', '**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './sdk/tsconfig.json'] } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
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
    files: ['test/**/*.ts', 'sdk/test/**/*.ts', '**/*.spec.ts', '**/*.int-spec.ts'],
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
