import { hash } from 'node:crypto';
import { addressKey as countedAddress } from '../../../kernel/limits/address-key';

/** The point at which throttling of failed sign-ins begins. Times are in milliseconds. */
export interface AttemptLimit {
  /** The number of failures after which the next attempt has to wait. Each further failure doubles the wait. */
  readonly free: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** The time after which failures are forgotten, counted from the last one or from the end of the wait that it caused. */
  readonly rememberedMs: number;
}

const MINUTES = 60_000;

/**
 * The limit for one account from one address, or on one device that signed in before. It allows a user a few typing errors, and a guessing
 * program a few attempts per hour.
 */
export const PAIR_LIMIT: AttemptLimit = {
  free: 5,
  firstDelayMs: 5_000,
  longestDelayMs: 15 * MINUTES,
  rememberedMs: 15 * MINUTES,
};

/**
 * The limit for one account from all addresses. NIST SP 800-63B §3.2.2 allows at most 100 consecutive failures. With a lower limit, knowing
 * an address would be enough to lock its owner out.
 */
export const ACCOUNT_LIMIT: AttemptLimit = { ...PAIR_LIMIT, free: 100, rememberedMs: 24 * 60 * MINUTES };

/**
 * The limit for the one-time codes of one account. Only someone who has proved the first factor can cause failures, so it is much lower than
 * {@link ACCOUNT_LIMIT}. Guessing continuously, an attacker gets about 30 attempts a day at a code that one in 330,000 attempts hits.
 */
export const FACTOR_LIMIT: AttemptLimit = {
  free: 10,
  firstDelayMs: 30_000,
  longestDelayMs: 60 * MINUTES,
  rememberedMs: 24 * 60 * MINUTES,
};

/** The limit for one address, which everyone in an office might share. */
export const ADDRESS_LIMIT: AttemptLimit = { ...PAIR_LIMIT, free: 20 };

/** Returns the failure key of an account in one tenant, even if the account does not exist. */
export function accountKey(tenantId: string, emailKey: string): Buffer {
  return keyOf('account', tenantId, emailKey);
}

/** Returns the failure key of an account for attempts that did not name a tenant. */
export function anywhereKey(emailKey: string): Buffer {
  return keyOf('anywhere', emailKey);
}

/** Returns the failure key of an account for one address. @param tenantId `null` for attempts that did not name a tenant. */
export function pairKey(tenantId: string | null, emailKey: string, ip: string): Buffer {
  return keyOf('pair', tenantId ?? '', emailKey, countedAddress(ip));
}

/** Returns the failure key of an account for a device that signed in to it before. */
export function deviceKey(tenantId: string, emailKey: string, device: string): Buffer {
  return keyOf('device', tenantId, emailKey, device);
}

/** Returns the failure key of an IP address. For IPv6, failures are counted per network, because a household has 2^64 addresses. */
export function addressKey(ip: string): Buffer {
  return keyOf('address', countedAddress(ip));
}

/** Returns the failure key of an account's one-time codes. */
export function factorKey(tenantId: string, userId: string): Buffer {
  return keyOf('factor', tenantId, userId);
}

/** Returns the failure key of an account's one-time codes for one address. */
export function factorPairKey(tenantId: string, userId: string, ip: string): Buffer {
  return keyOf('factor pair', tenantId, userId, countedAddress(ip));
}

/** Returns a hash, so that the table does not contain users' addresses and every key has the same length. */
function keyOf(...parts: readonly string[]): Buffer {
  return hash('sha256', JSON.stringify(parts), 'buffer');
}
