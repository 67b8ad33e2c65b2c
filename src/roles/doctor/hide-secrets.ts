import { Secret } from '../../kernel/config/secret';
import type { Settings } from '../settings';

const DOTS = '••••••';
/** The minimum length. A shorter secret could be a word that also occurs elsewhere. */
const SHORTEST = 6;

/** Replaces every secret from the settings in a string, as a second defense: libraries can include secrets in their errors. */
export function secretsHider(settings: Settings): (text: string) => string {
  const secrets = [...new Set(secretsIn(settings).flatMap(partsOf))]
    .filter(({ length }) => length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, DOTS), text);
}

function secretsIn(value: unknown): readonly string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (value instanceof Map) return [...value.values()].flatMap(secretsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsIn) : [];
}

/** Returns the secret parts of a setting: a URL is secret because of its password. */
function partsOf(secret: string): readonly string[] {
  const password = URL.parse(secret)?.password ?? '';
  return password === '' ? [secret] : [secret, password, decoded(password)];
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
