import { Injectable } from '@nestjs/common';
import { JobFailure } from '../../jobs/contract/job-runner';
import { SkillSigning } from '../skill-signing';
import { SkillSecrets } from './skill-secrets';

/** The implementation for processes that have the tenant's keys, with which they decrypt the secrets. */
@Injectable()
export class StoredSkillSecrets extends SkillSecrets {
  constructor(private readonly signing: SkillSigning) {
    super();
  }

  async of(tenantId: string, name: string): Promise<readonly string[]> {
    const secrets = await this.signing.secrets(tenantId, name);
    if (secrets.length > 0) return secrets;
    throw new JobFailure('secrets', 'The skill has no signing secret. Rotate it to get a new one.', {
      mayRetry: false,
    });
  }
}
