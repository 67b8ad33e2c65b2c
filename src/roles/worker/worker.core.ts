import { type DynamicModule, Module } from '@nestjs/common';
import { AuthClientModule } from '../../modules/auth/auth-client.module';
import { KeptObjectsModule } from '../../modules/files/kept-objects.module';
import { FlagsClientModule } from '../../modules/flags/flags-client.module';
import { EgressClientModule } from '../../modules/gates/egress-client.module';
import { JobsBaseModule } from '../../modules/jobs/jobs-base.module';
import { JobsWorkerModule } from '../../modules/jobs/jobs-worker.module';
import { SecretsClientModule } from '../../modules/secrets/secrets-client.module';
import { withSkills } from '../skill-runner';
import { jobRunners } from '../job-runners';
import { withUserTransfers } from '../user-transfers';
import { TRANSFER_ACTS } from '../../modules/user-transfers/transfer-acts';
import { type CoreParts, KernelModule } from '../kernel.module';

/**
 * Runs jobs, and so tenants' code: it holds no `MASTER_KEY`. It asks the sidecar whether work may run, and for its secrets
 * and flags; while the sidecar is away, work waits.
 */
@Module({})
export class WorkerCore {
  static host(parts: CoreParts): DynamicModule {
    const reachable = [AuthClientModule, EgressClientModule, SecretsClientModule, FlagsClientModule];
    const runners = withUserTransfers(withSkills(jobRunners(parts.settings), parts.settings, reachable));
    return {
      module: WorkerCore,
      imports: [
        KernelModule.provide(parts),
        ...reachable,
        KeptObjectsModule.host({ dataDir: parts.settings.database.DATA_DIR }),
        JobsWorkerModule.host({
          base: JobsBaseModule.at(parts.store.appUrl, TRANSFER_ACTS),
          isEager: true,
          ...runners,
        }),
      ],
    };
  }
}
