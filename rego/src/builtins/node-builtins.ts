import type { Builtin } from './builtin.js';
import { PORTABLE_BUILTINS } from './builtins.js';
import { CRYPTO_BUILTINS } from './crypto.js';
import { JWT_BUILTINS } from './jwt.js';
import { PROVIDERS_AWS } from './providers-aws.js';
import { X509_BUILTINS } from './x509.js';

/** Built-in functions that use Node's cryptography, which is synchronous. The cryptography of browsers is asynchronous. */
export const NODE_BUILTINS: readonly Builtin[] = [
  ...CRYPTO_BUILTINS,
  ...JWT_BUILTINS,
  ...PROVIDERS_AWS,
  ...X509_BUILTINS,
];

/** All built-in functions by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map([
  ...PORTABLE_BUILTINS,
  ...NODE_BUILTINS.map((builtin) => [builtin.name, builtin] as const),
]);
