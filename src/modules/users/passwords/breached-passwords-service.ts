import { AppError } from '../../../kernel/errors/app-error';
import { addressRule } from '../../../kernel/network/public-address';
import { guardedRequest } from '../../../kernel/network/ssrf-guarded-request';
import { breachHash, type BreachedPasswords } from './breached-passwords';

/** The digits of a hash that the service receives. Hundreds of breached passwords share them. */
const PREFIX_DIGITS = 5;
const TIMEOUT_MS = 2_000;
/** A padded response of Have I Been Pwned has about 60 KB. */
const LIMIT_BYTES = 512 * 1024;
/** The other 35 digits of a hash, and how often the password appeared. */
const ENTRY = /^([0-9A-F]{35}):(\d+)$/;

/**
 * A service with the range protocol of Have I Been Pwned (k-anonymity): `GET <url>/<five digits>` returns all hashes that begin with the
 * digits. The service learns neither the password nor its hash.
 * @see https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange
 */
export class BreachedPasswordsService implements BreachedPasswords {
  /** @param url the URL before `/<five digits>`, without a trailing slash. */
  constructor(private readonly url: string) {}

  async has(password: string): Promise<boolean> {
    const hash = breachHash(password);
    const rest = hash.slice(PREFIX_DIGITS);
    const entries = await this.range(hash.slice(0, PREFIX_DIGITS));
    // Padding has the count 0 (`Add-Padding`).
    return entries.some(([digits, count]) => digits === rest && Number(count) > 0);
  }

  private async range(prefix: string): Promise<readonly (readonly [digits: string, count: string])[]> {
    const answer = await guardedRequest(new URL(`${this.url}/${prefix}`), {
      // The size of a padded response does not reveal the digits to those who see the encrypted traffic.
      headers: { 'add-padding': 'true', 'user-agent': 'CoreSDK' },
      timeoutMs: TIMEOUT_MS,
      limitBytes: LIMIT_BYTES,
      httpsOnly: false,
      maxRedirects: 0,
      isAllowed: addressRule(true),
    }).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    if (answer.status !== 200) throw unavailable(new Error(`The service answered with the status ${answer.status}.`));
    return answer.body
      .toString('latin1')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => {
        const [, digits, count] = ENTRY.exec(line) ?? [];
        if (digits === undefined || count === undefined)
          throw unavailable(new Error('A line is not a hash and a count.'));
        return [digits, count];
      });
  }
}

function unavailable(cause: unknown): AppError {
  const message = 'The password cannot be checked for data breaches now. Try again later.';
  return new AppError('unavailable', message, { cause });
}
