import { RuleTester, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { noSecretOutput } from '../../../scripts/eslint/no-secret-output.mjs';

const root = process.cwd();
const BRAND = `declare const secret: unique symbol;
type Secret<T> = T & { readonly [secret]: true };
declare const link: Secret<string>;
declare const bytes: Secret<Uint8Array> | undefined;
declare function hex(bytes: Uint8Array): string;
declare const console: { log(...rest: unknown[]): void };
declare class FactEvent { constructor(type: string, detail: unknown); }
`;

/** Names alone: what plain JavaScript gets. */
const byName = new RuleTester({ languageOptions: { ecmaVersion: 2024, sourceType: 'module' } });
/** The brand of the type as well. */
const byType = new RuleTester({
  languageOptions: {
    parser: tseslint.parser as unknown as Linter.Parser,
    parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: root },
  },
});
const errors = [{ messageId: 'secret' }];

byName.run('no-secret-output, by name', noSecretOutput, {
  valid: [
    'console.warn("no passphrase was given")',
    'console.log(passphrase.length)',
    'console.log(token === undefined)',
    'fetch(url, { body: token })',
    'element.dispatchEvent(new FactEvent("joined", { room, identity }))',
    'throw new SecureMeetingError("key-short", { cause: error })',
  ],
  invalid: [
    { code: 'console.log(passphrase)', errors },
    { code: 'console.debug(`joining with ${options.token}`)', errors },
    { code: 'logger.info("secret: " + apiSecret)', errors },
    { code: 'this.log.warn({ room, passphrase: this.passphrase })', errors },
    { code: 'log(1); console.error(...[token])', errors },
    { code: 'element.dispatchEvent(new CustomEvent("x", { detail: { secret } }))', errors },
    {
      code: 'class A { #passphrase; f() { throw new SecureMeetingError("key-wrong", `tried ${this.#passphrase}`); } }',
      errors,
    },
    { code: 'console.log(hex(meetingKey))', errors },
    { code: 'console.log(token.slice(4))', errors },
    { code: 'this.emit("error", { token })', errors },
  ],
});

byType.run('no-secret-output, by brand', noSecretOutput, {
  valid: [
    { code: `${BRAND} console.log(link.length, typeof bytes);`, filename: 'brand.ts' },
    { code: `${BRAND} new FactEvent('joined', { known: bytes === undefined });`, filename: 'brand.ts' },
  ],
  invalid: [
    { code: `${BRAND} console.log(link);`, filename: 'brand.ts', errors },
    { code: `${BRAND} console.log(bytes ?? 'none');`, filename: 'brand.ts', errors },
    { code: `${BRAND} const shown = link; console.log({ shown });`, filename: 'brand.ts', errors },
    { code: `${BRAND} if (bytes) new FactEvent('joined', { code: hex(bytes) });`, filename: 'brand.ts', errors },
  ],
});
