import type { ReadRecording } from './audit-retention.types';

/** Provides the recording mode for a tenant's successful plain reads. */
export abstract class ReadRecordingPort {
  /** Returns the tenant's cached setting; `each` when it is not available. Never rejects. */
  abstract of(tenantId: string): Promise<ReadRecording>;
}
