import { SILENT_LOGGER } from '../../../kernel/telemetry/logger';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { outageOf } from '../../../kernel/errors/app-error';
import { OUTAGES } from '../../../kernel/errors/reason';
import { MasterKeyProof } from '../../../kernel/sealing/master-key-proof';
import { StoredTenantKeys } from '../../../kernel/sealing/stored-tenant-keys';
import { TenantKeysRepository } from '../../../kernel/sealing/tenant-keys.repository';
import { AuditHealth } from '../../../modules/audit/audit-health';
import { AuditChainWriter } from '../../../modules/audit/audit-chain-writer';
import { PersonKeys } from '../../../modules/audit/person-keys';
import { ChainRepository } from '../../../modules/audit/storage/chain.repository';
import { PersonsRepository } from '../../../modules/audit/storage/persons.repository';
import { storeCheck } from '../check';
import { fail, type Finding, ok, skip, warn } from '../finding';

const MONTHS_WANTED = 2;

/** Checks that the audit log is writable: otherwise every call with an effect is refused. The test record is rolled back. */
export const auditCheck = storeCheck({
  group: 'Audit log',
  limitMs: 5_000,
  needs: ['DATABASE_URL', 'MASTER_KEY'],
  async run({ store: { database, appUrl }, sealer }) {
    const chain = new ChainRepository(database);
    const partitions = judgePartitions(await chain.monthsReady());
    if (sealer === null) return [skip('writable', 'only roles with MASTER_KEY write it; check there'), partitions];
    const logger = SILENT_LOGGER;
    // The feed is never started, because this check does not follow changes.
    const feed = new ChangeFeed({ url: appUrl, maxAgeMs: 1, logger });
    const proof = new MasterKeyProof(database, sealer);
    const tenantKeys = new StoredTenantKeys(new TenantKeysRepository(database), sealer, proof, feed);
    const writer = new AuditChainWriter(chain, new PersonKeys(new PersonsRepository(database), tenantKeys, feed));
    return [await judgeWriting(new AuditHealth(writer, logger)), partitions];
  },
});

async function judgeWriting(health: AuditHealth): Promise<Finding> {
  try {
    await health.assertWritable();
    return ok('writable', 'a test record reaches the chain');
  } catch (error) {
    const reason = outageOf(error) ?? 'audit_unavailable';
    const remedy = reason === 'audit_full' ? 'Free space on the disk of the database.' : 'See the log of the database.';
    return fail('writable', OUTAGES[reason].message.replace(/\.$/, ''), remedy);
  }
}

/** @param ready number of consecutive months with a partition, starting with this one. */
export function judgePartitions(ready: number): Finding {
  if (ready >= MONTHS_WANTED) return ok('partitions', `created for ${ready} months, including this one`);
  const detail = ready === 0 ? 'no partition exists for this month' : 'no partition exists for the next month';
  return warn(
    'partitions',
    detail,
    'Start the control plane, which creates them. Until then, records go to the default partition.',
  );
}
