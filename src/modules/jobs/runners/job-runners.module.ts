import { Module } from '@nestjs/common';
import { KernelModule } from '../../../kernel/composition/kernel.module';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { CliLauncher } from './cli/cli-launcher';
import { type ContainerCli, findContainerCli } from './cli/container-cli';
import type { ContainerLauncher } from './container-launcher';
import { ContainerRunner } from './container-runner';
import { ImageRules } from './image-rules';
import { jobRunnersConfig, type JobRunnersConfig } from './job-runners.config';
import { ProcessLauncher } from './local/process-launcher';
import { WorkPlace } from './work-place';

/**
 * Returns the runner for container jobs on this machine. Returns `null` if there is no engine with an allowed image and plain processes are
 * not permitted either. In that case, this worker does not accept container jobs. Throws when the configured engine does not exist.
 */
export function containerRunner(settings: JobRunnersConfig, place: WorkPlace, logger: Logger): ContainerRunner | null {
  const images = new ImageRules(settings);
  const cli =
    settings.JOBS_ALLOW_LOCAL_PROCESS || !images.allowAny ? null : findContainerCli(settings.JOBS_CONTAINER_CLI);
  if (cli === null && !settings.JOBS_ALLOW_LOCAL_PROCESS) return null;
  return new ContainerRunner(launcherOf(settings, cli, place, logger), images, settings);
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

/** Runs container jobs on this machine. */
@Module({
  imports: [KernelModule],
  providers: [
    {
      provide: WorkPlace,
      useFactory: ({ JOBS_WORK_DIR }: JobRunnersConfig) => new WorkPlace(JOBS_WORK_DIR),
      inject: [jobRunnersConfig.token],
    },
    { provide: ContainerRunner, useFactory: containerRunner, inject: [jobRunnersConfig.token, WorkPlace, LOGGER] },
  ],
})
export class JobRunnersModule {}
