import { hash } from 'node:crypto';
import { addressKey as countedAddress } from '../../../kernel/limits/address-key';

/** When failed sign-ins begin to be slowed down. Times are in milliseconds. */
export interface AttemptLimit {
  /** This failure is the first that makes the next attempt wait; each further one doubles the wait. */
  readonly free: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Failures are forgotten this long after the last one, or after the wait that it caused. */
  readonly rememberedMs: number;
}

const MINUTES = 60_000;

/**
 * The limit of one account from one address, or on one device that signed in before: a person mistypes a few times, a program
 * that guesses gets a few tries an hour.
 */
export const PAIR_LIMIT: AttemptLimit = {
  free: 5,
  firstDelayMs: 5_000,
  longestDelayMs: 15 * MINUTES,
  rememberedMs: 15 * MINUTES,
};

/**
 * The limit of one account from everywhere. NIST SP 800-63B §3.2.2 allows at most 100 failures in a row; below that, anybody who knows an
 * address could lock its owner out.
 */
export const ACCOUNT_LIMIT: AttemptLimit = { ...PAIR_LIMIT, free: 100, rememberedMs: 24 * 60 * MINUTES };

/** The limit of one address, which an office may share. */
export const ADDRESS_LIMIT: AttemptLimit = { ...PAIR_LIMIT, free: 20 };

/** Where failures of an account in one tenant are counted, whether or not there is such an account. */
export function accountKey(tenantId: string, emailKey: string): Buffer {
  return keyOf('account', tenantId, emailKey);
}

/** Where failures of attempts are counted that named no tenant. */
export function anywhereKey(emailKey: string): Buffer {
  return keyOf('anywhere', emailKey);
}

/** Where failures of an account from one address are counted. @param tenantId `null` for attempts that named no tenant. */
export function pairKey(tenantId: string | null, emailKey: string, ip: string): Buffer {
  return keyOf('pair', tenantId ?? '', emailKey, countedAddress(ip));
}

/** Where failures of an account on a device that signed in to it before are counted. */
export function deviceKey(tenantId: string, emailKey: string, device: string): Buffer {
  return keyOf('device', tenantId, emailKey, device);
}

/** Where failures of an address are counted; of IPv6 the network, since a household has 2^64 addresses. */
export function addressKey(ip: string): Buffer {
  return keyOf('address', countedAddress(ip));
}

/** Hashed, so that the table holds no addresses of people and every key is equally long. */
function keyOf(...parts: readonly string[]): Buffer {
  return hash('sha256', JSON.stringify(parts), 'buffer');
}
