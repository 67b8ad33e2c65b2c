/** What stands in a logged input for a value that must not be kept (wire contract §2.8). */
export const MASKED = '[REDACTED]';

/** Of the input as JSON text; a larger one is not kept. */
export const MAX_LOGGED_INPUT_BYTES = 16 * 1024;

/** Deeper levels are not kept: what is shallow enough for people to read is far above it. */
const MAX_DEPTH = 64;

/** Names whose value is a secret, without case, `_` and `-`: as a whole, or as the last part of a dotted name. */
const SECRET_NAMES = new Set([
  'password',
  'passwd',
  'passphrase',
  'secret',
  'secrets',
  'clientsecret',
  'token',
  'tokens',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'parenttoken',
  'usertoken',
  'userjwt',
  'jwt',
  'bearer',
  'authorization',
  'proxyauthorization',
  'auth',
  'apikey',
  'xapikey',
  'accesskey',
  'secretkey',
  'privatekey',
  'signingkey',
  'credential',
  'credentials',
  'cookie',
  'cookies',
  'setcookie',
  'sessionid',
  'assertion',
  'clientassertion',
  'creditcard',
  'cardnumber',
  'cvv',
  'ssn',
  'pin',
  'otp',
]);

/** Secrets by their looks: tokens of ours and of others, JWTs, bearer headers, PEM keys, URLs with a password in them. */
const SECRET_TEXTS: readonly RegExp[] = [
  /\b(?:cs|rt|cpod|ac|dc)_[A-Za-z0-9_-]{8,}/,
  // Begun only where a run of its characters begins: linear for any text.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+/,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj)?[-_]?[A-Za-z0-9]{16,}/,
  /\b(?:ghp|gho|ghs|ghu|github_pat|glpat|xox[abpr])[-_][A-Za-z0-9_-]{10,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /:\/\/[^\s/:@]+:[^\s/@]+@/,
];

/** An input as the decision log may keep it. */
export interface LoggableInput {
  readonly value: unknown;
  /** Whether something was masked or left out. */
  readonly masked: boolean;
}

/**
 * A JSON value with its secrets masked: members by their names, texts by their looks. The text around a secret goes with
 * it, as nobody can say where it ends. The value is copied, never changed.
 */
export function maskInput(value: unknown): LoggableInput {
  const walk = new MaskingWalk();
  return { value: walk.mask(value, 0), masked: walk.masked };
}

class MaskingWalk {
  masked = false;

  mask(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return SECRET_TEXTS.some((secret) => secret.test(value)) ? this.replace() : value;
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) return this.replace();
    if (Array.isArray(value)) return value.map((item) => this.mask(item, depth + 1));
    const members = Object.entries(value).map(([name, member]): [string, unknown] => [
      // A name that is a secret itself: `{"cs_…": true}`.
      this.mask(name, depth) === name ? name : MASKED,
      isSecretName(name) && !isBlank(member) ? this.replace() : this.mask(member, depth + 1),
    ]);
    return Object.fromEntries(members);
  }

  private replace(): string {
    this.masked = true;
    return MASKED;
  }
}

function isSecretName(name: string): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return SECRET_NAMES.has(last.toLowerCase().replaceAll(/[_-]/g, ''));
}

/** A missing secret is a fact that policies decide by, and no secret. */
function isBlank(value: unknown): boolean {
  return value === null || value === '' || typeof value === 'boolean';
}
