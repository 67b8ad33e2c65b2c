import type { FieldError } from '../../../kernel/errors/app-error';
import { CONFIG_KEY, CONFIG_LIMITS, MAX_KEY_CHARS, RESERVED_KEYS } from '../contract/config-admin.types';

/** The maximum number of faults per response. */
const MAX_LISTED = 100;

/** Common names of secrets, which must match a complete part of the key. */
const SECRET_NAME =
  /(^|[._-])(passwords?|passwd|passphrase|secrets?|api[_-]?keys?|private[_-]?keys?|access[_-]?tokens?|refresh[_-]?tokens?|credentials?|client[_-]?secrets?)$/i;

/** Values that are secrets under any name: private keys, this platform's own secrets, and other secrets with a known format. */
const SECRET_VALUES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:cs|rt|ac|dc)_[\w-]{43}\b/,
  /\bcpod_[\w-]{32,}/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bsk_live_[A-Za-z0-9]{16,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  // A password in a URL.
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i,
];

const UNPRINTABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** Returns the faults in new values, each with a pointer below `/values`; at most 100. */
export function entryFaults(values: Readonly<Record<string, string>>): readonly FieldError[] {
  const faults: FieldError[] = [];
  for (const [key, value] of Object.entries(values)) {
    const message = keyFault(key) ?? valueFault(value);
    const isSecret = message === null && looksSecret(key, value);
    if (message !== null) faults.push(fault(key, 'invalid', message));
    if (isSecret) {
      faults.push(
        fault(
          key,
          'secret',
          'looks like a secret, which everyone who can read the configuration would see; store it in /api/v1/secrets',
        ),
      );
    }
    if (faults.length === MAX_LISTED) break;
  }
  return faults;
}

function keyFault(key: string): string | null {
  if (key.length > MAX_KEY_CHARS || !CONFIG_KEY.test(key)) {
    return `the key must be 1 to ${MAX_KEY_CHARS} letters, digits, "_", "-" and single dots; start with a letter`;
  }
  return RESERVED_KEYS.has(key) ? 'the key is a reserved name' : null;
}

function valueFault(value: string): string | null {
  if (value.length > CONFIG_LIMITS.maxValueChars) return `must have at most ${CONFIG_LIMITS.maxValueChars} characters`;
  return UNPRINTABLE.test(value) || !value.isWellFormed()
    ? 'must not contain control characters or unpaired surrogates'
    : null;
}

function looksSecret(key: string, value: string): boolean {
  return (value !== '' && SECRET_NAME.test(key)) || SECRET_VALUES.some((pattern) => pattern.test(value));
}

function fault(key: string, code: string, message: string): FieldError {
  const shown = key.slice(0, MAX_KEY_CHARS).replaceAll('~', '~0').replaceAll('/', '~1');
  return { pointer: `/values/${shown}`, code, message };
}
