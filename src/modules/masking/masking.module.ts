import { Global, Module } from '@nestjs/common';
import { MaskingPort } from './contract/masking.port';
import { MaskingKeyRings } from './masking-key-rings';
import { MaskingRulesHolder } from './masking-rules-holder';
import { MaskingService } from './masking.service';
import { MaskingKeysRepository } from './storage/masking-keys.repository';
import { MaskingRulesRepository } from './storage/masking-rules.repository';
import { MaskingWorkers } from './worker/masking-workers';

/** The sidecar's half: masks, by the rules in its memory. The control plane's half administers them. */
@Global()
@Module({
  providers: [
    MaskingRulesRepository,
    MaskingKeysRepository,
    MaskingRulesHolder,
    MaskingKeyRings,
    MaskingWorkers,
    MaskingService,
    { provide: MaskingPort, useExisting: MaskingService },
  ],
  exports: [MaskingPort],
})
export class MaskingModule {}
