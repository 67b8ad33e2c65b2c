import { Module } from '@nestjs/common';

/**
 * The kernel services that modules can import: clock, logger, database, change feed, settings, `Installation`, and, with `MASTER_KEY`,
 * encryption at rest. `compose` replaces this module with the one that provides the services of this process.
 */
@Module({})
export class KernelModule {}
