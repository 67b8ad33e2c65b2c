import type { INestApplicationContext } from '@nestjs/common';
import { ChangeFeed } from '../../src/kernel/changes/change-feed';
import { Database } from '../../src/kernel/database/database';
import { TenantKeys } from '../../src/kernel/sealing/tenant-keys';

/** Rotates a tenant's data key. This process encrypts with the new key from now on. @returns its id */
export async function rotateDataKey(context: INestApplicationContext, tenantId: string): Promise<string> {
  const key = await context.get(TenantKeys).prepare(tenantId);
  await context.get(Database).tenantTransaction(tenantId, (tx) => key.makeCurrent(tx));
  await context.get(ChangeFeed).catchUp();
  return key.id;
}
