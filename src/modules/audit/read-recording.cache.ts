import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import type { AuditRetention, ReadRecording } from './contract/audit-retention.types';
import type { ReadRecordingPort } from './contract/read-recording.port';
import { AUDIT_RETENTION_TOPIC, RetentionRepository } from './storage/retention.repository';

/** Maximum number of cached tenants: far more than one process serves at a time. */
const MAX_HELD = 10_000;

/** A cache of the tenants' settings for recording reads. It is filled on first use, and invalidated by the change feed. */
@Injectable()
export class ReadRecordingCache implements ReadRecordingPort {
  private readonly settings: TenantCache<AuditRetention>;

  constructor(repository: RetentionRepository, feed: ChangeFeed) {
    this.settings = new TenantCache({
      feed,
      what: 'Settings of audit logs are',
      changes: { [AUDIT_RETENTION_TOPIC]: ({ key }) => key },
      read: (tenantId) => repository.get(tenantId),
      maxSize: MAX_HELD,
    });
  }

  async of(tenantId: string): Promise<ReadRecording> {
    try {
      const { reads = 'each' } = this.settings.peek(tenantId) ?? (await this.settings.get(tenantId));
      return reads;
    } catch {
      // Recording each read is always correct, and other checks reject reads while the database is unavailable.
      return 'each';
    }
  }
}
