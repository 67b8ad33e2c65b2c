import { Secret, TOTP } from 'otpauth';

/** The settings that every authenticator app supports (RFC 6238 §1.2, and the defaults of the `otpauth` URI). */
const SETTINGS = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const KEY_BYTES = 20;
const CODE = /^\d{6}$/;
const KEY = /^[A-Z2-7]{32}$/;

/** Returns a new key: 160 random bits in base32, as RFC 4226 §4 recommends. */
export function newTotpKey(): string {
  return new Secret({ size: KEY_BYTES }).base32;
}

/** Returns whether a text is a key of {@link newTotpKey}. */
export function isTotpKey(text: string): boolean {
  return KEY.test(text);
}

/** Returns the URI from which an app reads the key. */
export function totpUri(key: string, issuer: string, account: string): string {
  return new TOTP({ ...SETTINGS, issuer, label: account, secret: Secret.fromBase32(key) }).toString();
}

/** Returns the digits of a code, without the spaces that apps show; `null` for a text that is not a code. */
export function totpDigits(text: string): string | null {
  const digits = text.replace(/\s/g, '');
  return CODE.test(digits) ? digits : null;
}

/**
 * Returns the time step for which a code is correct, allowing a difference of one step in either direction for clocks that differ and slow
 * typing (RFC 6238 §5.2); `null` for a wrong code. The caller accepts a step once, so that an observed code cannot be repeated.
 */
export function stepOfCode(key: string, digits: string, nowMs: number): number | null {
  const secret = Secret.fromBase32(key);
  const delta = TOTP.validate({ ...SETTINGS, secret, token: digits, timestamp: nowMs, window: 1 });
  return delta === null ? null : Math.floor(nowMs / 1000 / SETTINGS.period) + delta;
}
