import { Module } from '@nestjs/common';

/**
 * The kernel services that modules can import: clock, logger, database, change feed, settings, `Installation`, and, with `MASTER_KEY`,
 * encryption at rest. `compose` replaces it with the module that has the services of this process.
 */
@Module({})
export class KernelModule {}
