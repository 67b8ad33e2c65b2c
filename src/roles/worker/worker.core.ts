import { type DynamicModule, Module } from '@nestjs/common';
import { type CoreParts, KernelModule } from '../kernel.module';

/** Runs tenants' code once skills and workflows are there; until then it has the store, and health. */
@Module({})
export class WorkerCore {
  static host(parts: CoreParts): DynamicModule {
    return { module: WorkerCore, imports: [KernelModule.provide(parts)] };
  }
}
