import js from '@eslint/js';
import globals from 'globals';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import tseslint from 'typescript-eslint';
import wc from 'eslint-plugin-wc';
import { noSecretOutput } from './scripts/eslint/no-secret-output.mjs';

const house = { rules: { 'no-secret-output': noSecretOutput } };

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'coverage/', 'dist-docs/', 'examples/**/dist/', '**/*.d.mts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { house } },
  js.configs.recommended,
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'house/no-secret-output': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A name cut into its characters keeps its emoji when spread; what the rule fears is `split('')`.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Structural types are meant: a part of an object stands for it in tests and at the vendor's wall.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An empty function says "nothing to do here", which is often the right answer for a handler.
      '@typescript-eslint/no-empty-function': 'off',
      // Types describe honest peers and complete browsers; these checks are for the others.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // An interface asks for a promise; not every implementation has to wait. Browsers reject with what they have.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      'no-console': ['error', { allow: ['warn'] }],
      // It takes back what the checker needs elsewhere: TypeScript 6 and 7 infer differently.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use an `as const` list and its union type.' },
        { selector: 'TSParameterProperty', message: 'TypeScript is for types only: assign the field.' },
        {
          selector: "NewExpression[callee.name='Promise'] > ArrowFunctionExpression[async=true]",
          message: 'A throw in here is lost.',
        },
      ],
    },
  },
  {
    files: ['src/elements/**/*.ts', 'src/define/**/*.ts'],
    extends: [lit.configs['flat/recommended'], wc.configs['flat/recommended'], litA11y.configs.recommended],
    rules: {
      // Lit's lifecycle methods always exist.
      'wc/guard-super-call': 'off',
      // An interface beside the class types `addEventListener`; and what is public is in the API report.
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  {
    files: ['src/livekit/**/*.ts', 'test/**/*.ts'],
    rules: {
      // The vendor's protocol has two copies of each enum.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-deprecated': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    languageOptions: { globals: globals.mocha },
    rules: {
      // chai's `expect(x).to.be.true` is an expression, and a test may reach for what the types would hide.
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'] },
      ],
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.mjs', '*.js', 'bench/**/*.js'],
    languageOptions: { globals: globals.node },
    rules: {
      'house/no-secret-output': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['examples/**/*.js', 'bench/**/*.{js,mjs}', 'scripts/pictures.mjs'],
    languageOptions: { globals: globals.browser },
    rules: { 'house/no-secret-output': 'error' },
  },
  { files: ['examples/mounted-backend-*/**/*.js'], languageOptions: { globals: globals.node } },
);
