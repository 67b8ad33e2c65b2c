import { hash } from 'node:crypto';

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

/** Of one account: a person mistypes a few times, a program that guesses gets a few tries an hour. */
export const ACCOUNT_LIMIT: AttemptLimit = {
  free: 5,
  firstDelayMs: 5_000,
  longestDelayMs: 15 * MINUTES,
  rememberedMs: 15 * MINUTES,
};

/** Of one address, which an office may share. */
export const ADDRESS_LIMIT: AttemptLimit = { ...ACCOUNT_LIMIT, free: 20 };

/** Where failures of an account in one tenant are counted, whether or not there is such an account. */
export function accountKey(tenantId: string, emailKey: string): Buffer {
  return keyOf('account', tenantId, emailKey);
}

/** Where failures of attempts are counted that named no tenant. */
export function anywhereKey(emailKey: string): Buffer {
  return keyOf('anywhere', emailKey);
}

/** Where failures of an address are counted; of IPv6 the network, since a household has 2^64 addresses. */
export function addressKey(ip: string): Buffer {
  return keyOf('address', ip.includes(':') ? networkOf(ip) : ip);
}

/** Hashed, so that the table holds no addresses of people and every key is equally long. */
function keyOf(...parts: readonly string[]): Buffer {
  return hash('sha256', JSON.stringify(parts), 'buffer');
}

/** The first 64 bits of an IPv6 address. */
function networkOf(ip: string): string {
  const [head = '', tail = ''] = (ip.split('%', 1)[0] ?? '').split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = tail.split(':').filter((group) => group !== '');
  // An IPv4 address at the end stands for two groups.
  const afterCount = after.length + (after.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = ip.includes('::') ? Array<string>(Math.max(0, 8 - groups.length - afterCount)).fill('0') : [];
  const network = [...groups, ...zeros, ...after].slice(0, 4);
  return network.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
