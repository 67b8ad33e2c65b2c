import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { StoredTenantKeys } from '../../../kernel/sealing/stored-tenant-keys';
import { Clock } from '../../../kernel/time/clock';
import { STORE_PROVIDER } from '../contract/resolution.types';
import { SECRET_NAME } from '../contract/secrets.types';
import { secretOwner } from '../domain/secret-owner';
import { SecretCache } from '../secret-cache';
import type { SealedSecret, SealedVersion } from '../storage/sealed-versions.repository';
import { notThere, type ProvidedSecret, ProviderFault, type SecretPlace, type SecretProvider } from './secret-provider';

/** The tenant's own store. */
@Injectable()
export class StoreProvider implements SecretProvider {
  readonly name = STORE_PROVIDER;

  constructor(
    private readonly holder: SecretCache,
    private readonly keys: StoredTenantKeys,
    private readonly clock: Clock,
  ) {}

  async read({ tenantId, path, version }: SecretPlace): Promise<ProvidedSecret> {
    if (!SECRET_NAME.test(path)) throw notThere();
    try {
      const found = this.wanted(await this.holder.secret(tenantId, path), version);
      const key = this.keys.held(tenantId, found.keyId) ?? (await this.keys.byId(tenantId, found.keyId));
      return { value: key.open(found.sealed, secretOwner(path, found.version)), version: String(found.version) };
    } catch (error) {
      throw faultOf(error);
    }
  }

  private wanted({ currentVersion, versions }: SealedSecret, version: string): SealedVersion {
    if (currentVersion === null) throw notThere();
    const number = numberOf(version, currentVersion);
    const found = number === null ? undefined : versions.get(number);
    if (!found || (found.untilMs !== null && this.clock.nowMs() >= found.untilMs)) throw notThere();
    return found;
  }
}

/** Returns the version that a reference names, or `null` if it is invalid. */
function numberOf(version: string, current: number): number | null {
  if (version === '' || version === 'latest' || version === 'current') return current;
  if (version === 'previous') return current - 1;
  return /^[1-9]\d{0,9}$/.test(version) ? Number(version) : null;
}

function faultOf(error: unknown): ProviderFault {
  if (error instanceof ProviderFault) return error;
  if (error instanceof AppError && error.code === 'unavailable') {
    return new ProviderFault('unavailable', error.message, { cause: error });
  }
  // The authentication tag does not match: the row was modified, or moved from a different tenant or name.
  return new ProviderFault('internal', 'Failed to decrypt the stored secret.', { cause: error });
}
