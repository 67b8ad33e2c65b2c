import { Module } from '@nestjs/common';
import { KernelModule } from '../../../kernel/composition/kernel.module';
import { AppError } from '../../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { Clock } from '../../../kernel/time/clock';
import { auditConfig, type AuditConfig } from '../audit.config';
import { AuditModule } from '../audit.module';
import { AuditPublicKey } from '../contract/audit-public-key';
import { NoteSigner } from '../contract/note-signer';
import { CheckpointsRepository } from '../storage/checkpoints.repository';
import { RecordsRepository } from '../storage/records.repository';
import { CheckpointKey } from './checkpoint-key';
import { CheckpointNoteSigner } from './checkpoint-note-signer';
import { CheckpointSigner } from './checkpoint-signer';

/** The signing key; `null` without `AUDIT_SIGNING_KEY_FILE`. */
type Key = CheckpointKey | null;

function publicText(key: Key): string {
  if (key !== null) return key.publicText;
  throw new AppError('unavailable', 'AUDIT_SIGNING_KEY_FILE is not set. The installation signs no checkpoints.');
}

/** Signs checkpoints in the control plane, which has the installation's signing key. */
@Module({
  imports: [KernelModule, AuditModule],
  providers: [
    {
      provide: CheckpointKey,
      useFactory: ({ AUDIT_SIGNING_KEY_FILE: file }: AuditConfig): Key =>
        file === null ? null : CheckpointKey.read(file),
      inject: [auditConfig.token],
    },
    {
      provide: AuditPublicKey,
      useFactory: (key: Key): AuditPublicKey => ({ text: () => publicText(key) }),
      inject: [CheckpointKey],
    },
    { provide: NoteSigner, useFactory: (key: Key) => new CheckpointNoteSigner(key), inject: [CheckpointKey] },
    {
      provide: CheckpointSigner,
      useFactory: (
        key: Key,
        checkpoints: CheckpointsRepository,
        records: RecordsRepository,
        clock: Clock,
        logger: Logger,
      ) => key && new CheckpointSigner(key, checkpoints, records, clock, logger),
      inject: [CheckpointKey, CheckpointsRepository, RecordsRepository, Clock, LOGGER],
    },
  ],
  exports: [AuditPublicKey, NoteSigner],
})
export class CheckpointsModule {}
