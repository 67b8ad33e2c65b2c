import type { ReadRecording } from './audit-retention.types';

/** How the surfaces record successful plain reads of a tenant. */
export abstract class ReadRecordingPort {
  /** What the tenant has said, from memory; `each` where it cannot be known now. Never rejects. */
  abstract of(tenantId: string): Promise<ReadRecording>;
}
