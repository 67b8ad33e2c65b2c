import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import type { JobRunner } from '../contract/job-runner';
import { CliLauncher } from './cli/cli-launcher';
import { type ContainerCli, findContainerCli } from './cli/container-cli';
import type { ContainerLauncher } from './container-launcher';
import { ContainerRunner } from './container-runner';
import { ImageRules } from './image-rules';
import type { JobRunnersConfig } from './job-runners.config';
import { ProcessLauncher } from './local/process-launcher';
import { WorkPlace } from './work-place';

/** The runners that a worker of this machine can have. */
export interface LocalRunners {
  /** Provides them. */
  readonly module: DynamicModule;
  /** None where there is neither an engine with an image to run nor leave for plain processes: nothing is announced then. */
  readonly runners: readonly Type<JobRunner>[];
}

/** Runs container jobs on this machine. A role hosts it beside the worker's own module. */
@Module({})
export class JobRunnersModule {
  /** Errors: an engine that the settings name and that is not there. */
  static host(settings: JobRunnersConfig): LocalRunners {
    const images = new ImageRules(settings);
    const cli =
      settings.JOBS_ALLOW_LOCAL_PROCESS || !images.allowAny ? null : findContainerCli(settings.JOBS_CONTAINER_CLI);
    const isThere = settings.JOBS_ALLOW_LOCAL_PROCESS || cli !== null;
    const runner = {
      provide: ContainerRunner,
      useFactory: (place: WorkPlace, logger: Logger) =>
        new ContainerRunner(launcherOf(settings, cli, place, logger), images, settings),
      inject: [WorkPlace, LOGGER],
    };
    const place = { provide: WorkPlace, useFactory: () => new WorkPlace(settings.JOBS_WORK_DIR) };
    return {
      module: {
        module: JobRunnersModule,
        providers: isThere ? [place, runner] : [],
        exports: isThere ? [ContainerRunner] : [],
      },
      runners: isThere ? [ContainerRunner] : [],
    };
  }
}

function launcherOf(
  { JOBS_STOP_GRACE_MS: stopGraceMs, JOBS_CONTAINER_NETWORK: network }: JobRunnersConfig,
  cli: ContainerCli | null,
  place: WorkPlace,
  logger: Logger,
): ContainerLauncher {
  return cli === null
    ? new ProcessLauncher(place, stopGraceMs)
    : new CliLauncher(cli, place, { network, stopGraceMs }, logger);
}
