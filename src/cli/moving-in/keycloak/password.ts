import { z } from 'zod';
import { phcText } from '../../../modules/users/domain/phc-string';

const secretSchema = z.object({ value: z.string(), salt: z.string().default('') });
const parameterSchema = z.record(z.string(), z.array(z.string()));
const dataSchema = z.object({
  algorithm: z.string(),
  hashIterations: z.number().int(),
  additionalParameters: parameterSchema.nullish(),
});

const PBKDF2_DIGESTS: Readonly<Record<string, string>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};
const ARGON2_VERSIONS: Readonly<Record<string, number>> = { '1.0': 16, '1.3': 19 };

/** A password hash in the form that an import accepts, or the reason why there is none. */
export type ConvertedPassword = { readonly passwordHash: string } | { readonly reason: string };

/** A credential of the type `password`, as a realm export contains it: two JSON texts. */
export interface PasswordCredential {
  readonly secretData: string | null;
  readonly credentialData: string | null;
}

/** Converts the password of a Keycloak user. Does not check the costs: the platform does. A reason contains no part of the credential. */
export function convertPassword({ secretData, credentialData }: PasswordCredential): ConvertedPassword {
  if (secretData === null || credentialData === null) return { reason: 'The export contains no hash of the password.' };
  const secret = secretSchema.safeParse(jsonOf(secretData));
  const data = dataSchema.safeParse(jsonOf(credentialData));
  if (!secret.success || !data.success) return { reason: 'The password credential is malformed.' };
  const { algorithm, hashIterations, additionalParameters } = data.data;
  const { value } = secret.data;
  if (algorithm === 'bcrypt') return { passwordHash: value };
  const [salt, key] = [Buffer.from(secret.data.salt, 'base64'), Buffer.from(value, 'base64')];
  const digest = PBKDF2_DIGESTS[algorithm];
  if (digest !== undefined) {
    const parameters = `i=${hashIterations},l=${key.length}`;
    return { passwordHash: `$pbkdf2-${digest}$${parameters}$${phcText(salt)}$${phcText(key)}` };
  }
  if (algorithm === 'argon2') return argon2(hashIterations, additionalParameters ?? {}, salt, key);
  return { reason: `The hash algorithm "${algorithm}" is not supported.` };
}

function argon2(
  passes: number,
  parameters: z.infer<typeof parameterSchema>,
  salt: Uint8Array,
  key: Uint8Array,
): ConvertedPassword {
  const one = (name: string): string => parameters[name]?.[0] ?? '';
  const version = ARGON2_VERSIONS[one('version')];
  if (version === undefined) return { reason: 'The version of the Argon2 hash is not supported.' };
  const costs = `m=${one('memory')},t=${passes},p=${one('parallelism')}`;
  return { passwordHash: `$argon2${one('type')}$v=${version}$${costs}$${phcText(salt)}$${phcText(key)}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
