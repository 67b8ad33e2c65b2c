import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { FlagsPort } from './contract/flags.port';
import { FlagCache } from './flag-cache';
import { FlagChecks } from './flag-checks';
import { FlagWritesService } from './flag-writes.service';
import { FlagsService } from './flags.service';
import { FlagVersionsRepository } from './storage/flag-versions.repository';

/**
 * The sidecar's part of the module, which evaluates flags from memory and writes single flags. The control plane's part administers them.
 */
@Module({
  imports: [KernelModule],
  providers: [
    FlagVersionsRepository,
    FlagCache,
    FlagChecks,
    FlagWritesService,
    FlagsService,
    { provide: FlagsPort, useExisting: FlagsService },
  ],
  exports: [FlagsPort],
})
export class FlagsModule {}
