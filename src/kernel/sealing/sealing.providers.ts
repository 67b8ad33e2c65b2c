import type { Provider } from '@nestjs/common';
import { MasterKeyIndicator } from './master-key.indicator';
import { MasterKeyProof } from './master-key-proof';
import { Rewrap } from './rewrap';
import { SealedStores } from './sealed-stores';
import { Sealer } from './sealer';
import type { SealingConfig } from './sealing.config';
import { StoredTenantKeys } from './stored-tenant-keys';
import { TenantKeys } from './tenant-keys';
import { TenantKeysRepository } from './tenant-keys.repository';

/**
 * Returns the providers of encryption at rest, for every module of a process that has `MASTER_KEY`; empty if the process has no
 * `MASTER_KEY`.
 */
export function sealingProviders({ MASTER_KEY, MASTER_KEY_PREVIOUS }: SealingConfig): readonly Provider[] {
  if (MASTER_KEY === null) return [];
  return [
    { provide: Sealer, useValue: new Sealer(MASTER_KEY, MASTER_KEY_PREVIOUS) },
    MasterKeyProof,
    MasterKeyIndicator,
    TenantKeysRepository,
    StoredTenantKeys,
    { provide: TenantKeys, useExisting: StoredTenantKeys },
    SealedStores,
    Rewrap,
  ];
}
