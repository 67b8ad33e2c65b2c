import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { FlagsAdminPort } from './contract/flags-admin.port';
import { FlagChecks } from './flag-checks';
import { FlagWritesService } from './flag-writes.service';
import { FlagsAdminService } from './flags-admin.service';
import { ScheduledChangesTask } from './scheduled-changes-task';
import { ScheduledChangesService } from './scheduled-changes.service';
import { FlagVersionsRepository } from './storage/flag-versions.repository';
import { ScheduledChangesRepository } from './storage/scheduled-changes.repository';

/** The control plane's part of the module: documents, history and scheduled changes. The sidecar's part evaluates flags. */
@Module({
  imports: [KernelModule],
  providers: [
    FlagVersionsRepository,
    ScheduledChangesRepository,
    FlagChecks,
    FlagWritesService,
    ScheduledChangesService,
    ScheduledChangesTask,
    FlagsAdminService,
    { provide: FlagsAdminPort, useExisting: FlagsAdminService },
  ],
  exports: [FlagsAdminPort, ScheduledChangesService],
})
export class FlagsAdminModule {}
