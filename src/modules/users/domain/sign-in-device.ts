import { randomBytes } from 'node:crypto';
import { isSigned, sign } from '../../../kernel/pages/signed';

/** An account that was used to sign in on a device. */
export interface DeviceAccount {
  readonly tenantId: string;
  readonly emailKey: string;
}

/** A device on which a user has signed in to accounts with this address, and the tenants of those accounts, newest first. */
export interface KnownDevice {
  readonly id: string;
  readonly tenantIds: readonly string[];
}

const PURPOSE = 'sign-in device';
const ID = /^[\w-]{22}$/;
/** Maximum number of accounts that a device remembers, so that its cookie stays below about 400 bytes. */
const MAX_ACCOUNTS = 5;

interface Entry {
  readonly tenantId: string;
  readonly signature: string;
}

/**
 * Returns the device that a cookie identifies if a user has signed in to an account with the address on that device; `null` otherwise. The
 * cookie is `<id>.<tenant>.<signature>.<tenant>.<signature>…`: it contains no address, and each signature is for one account on this
 * device.
 */
export function knownDevice(key: Buffer, cookie: string, emailKey: string): KnownDevice | null {
  const { id, entries } = read(cookie);
  const own = entries.filter((entry) => isOf(key, id, entry, emailKey));
  return id === '' || own.length === 0 ? null : { id, tenantIds: own.map(({ tenantId }) => tenantId) };
}

/** Returns the cookie of a device after a sign-in to an account. Creates a new device if the cookie does not identify one. */
export function rememberedOn(key: Buffer, cookie: string, { tenantId, emailKey }: DeviceAccount): string {
  const { id: known, entries } = read(cookie);
  const id = known === '' ? randomBytes(16).toString('base64url') : known;
  const others = entries.filter((entry) => entry.tenantId !== tenantId || !isOf(key, id, entry, emailKey));
  const own = { tenantId, signature: sign(key, PURPOSE, [id, tenantId, emailKey]) };
  const kept = [own, ...others].slice(0, MAX_ACCOUNTS);
  return [id, ...kept.flatMap((entry) => [entry.tenantId, entry.signature])].join('.');
}

function isOf(key: Buffer, id: string, { tenantId, signature }: Entry, emailKey: string): boolean {
  return isSigned(key, PURPOSE, [id, tenantId, emailKey], signature);
}

function read(cookie: string): { readonly id: string; readonly entries: readonly Entry[] } {
  const [id = '', ...rest] = cookie.split('.', 1 + 2 * MAX_ACCOUNTS);
  if (!ID.test(id)) return { id: '', entries: [] };
  const entries = rest.flatMap((tenantId, index) =>
    index % 2 === 0 ? [{ tenantId, signature: rest[index + 1] ?? '' }] : [],
  );
  return { id, entries };
}
