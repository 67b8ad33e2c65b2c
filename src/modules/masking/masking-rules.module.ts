import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { MaskingRulesPort } from './contract/masking-rules.port';
import { MaskingRulesService } from './masking-rules.service';
import { MaskingKeysRepository } from './storage/masking-keys.repository';
import { MaskingRulesRepository } from './storage/masking-rules.repository';

/** The control plane's part of the module, which stores the rules and rotates the keys. The sidecar's part uses them to mask values. */
@Module({
  imports: [KernelModule],
  providers: [
    MaskingRulesRepository,
    MaskingKeysRepository,
    MaskingRulesService,
    { provide: MaskingRulesPort, useExisting: MaskingRulesService },
  ],
  exports: [MaskingRulesPort],
})
export class MaskingRulesModule {}
