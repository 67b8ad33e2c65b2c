import type { ReadRecording } from './audit-retention.types';

/** How the surfaces record successful plain reads of a tenant. */
export abstract class ReadRecordingPort {
  /** Returns the tenant's setting from memory; `each` when it is not available. Never rejects. */
  abstract of(tenantId: string): Promise<ReadRecording>;
}
