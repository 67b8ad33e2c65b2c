import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import type { IsolationGap, IsolationProbe } from '../../kernel/tenant-data/isolation-probe';

const PROBE = Buffer.from('isolation probe');

/**
 * Probes the isolation of encrypted values: it must not be possible to decrypt a value encrypted with a tenant's key by using a different
 * key, or for a different owner.
 */
@Injectable()
export class SealingProbe implements IsolationProbe {
  readonly name = 'data_keys';

  constructor(private readonly keys: TenantKeys) {}

  async probe(tenantId: string, strangerId: string): Promise<readonly IsolationGap[]> {
    const key = await this.keys.current(tenantId);
    const sealed = key.seal(PROBE, `${this.name}/1`);
    if (!key.open(sealed, `${this.name}/1`).equals(PROBE))
      throw new Error('The tenant’s data key does not decrypt its own value.');
    const remedy = 'Rotate the data key of this tenant (POST /api/v1/secrets/keys/rotate), and report it.';
    const gaps: IsolationGap[] = [];
    if (opens(() => key.open(sealed, `${this.name}/2`))) {
      gaps.push({ subject: key.id, problem: 'A sealed value can be decrypted for a different owner.', remedy });
    }
    // A key must be found only by its tenant and its name together.
    if (
      await this.keys.byId(strangerId, key.id).then(
        () => true,
        () => false,
      )
    ) {
      gaps.push({ subject: key.id, problem: 'A different tenant gets the data key of this tenant.', remedy });
    }
    return gaps;
  }
}

function opens(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
