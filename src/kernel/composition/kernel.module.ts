import { Module } from '@nestjs/common';

/**
 * The kernel's services, for modules to import: clock, logger, database, change feed, settings, `Installation`, and, with
 * `MASTER_KEY`, encryption at rest. `compose` puts the module in its place that has those of this process.
 */
@Module({})
export class KernelModule {}
