import { Module } from '@nestjs/common';
import { ValueMask } from '../audit/contract/value-mask';
import { MaskedValues } from './masked-values';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { MaskingPort } from './contract/masking.port';
import { MaskingKeyRings } from './masking-key-rings';
import { MaskingRulesCache } from './masking-rules-cache';
import { MaskingService } from './masking.service';
import { MaskingKeysRepository } from './storage/masking-keys.repository';
import { MaskingRulesRepository } from './storage/masking-rules.repository';
import { MaskingWorkers } from './worker/masking-workers';

/** The sidecar's part of the module, which masks values according to cached rules. The control plane's part manages the rules. */
@Module({
  imports: [KernelModule, ports(AuditPort)],
  providers: [
    MaskingRulesRepository,
    MaskingKeysRepository,
    MaskingRulesCache,
    MaskingKeyRings,
    MaskingWorkers,
    MaskingService,
    { provide: MaskingPort, useExisting: MaskingService },
    { provide: ValueMask, useClass: MaskedValues },
  ],
  exports: [ValueMask, MaskingPort],
})
export class MaskingModule {}
