import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { Installation } from '../../../kernel/config/installation';
import { newId } from '../../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { JobNotifier } from '../job-notifier';
import { ExecutorsRepository } from '../storage/executors.repository';
import type { LiveExecutor } from '../storage/worker-heartbeat';
import { WorkerHeartbeat } from './heartbeat/heartbeat';
import type { HeartbeatReport } from './heartbeat/heartbeat-messages';

/**
 * The protocol version for running and resuming jobs. The version changes only if a newer build would take different steps when it resumes
 * a run. A job then starts over as soon as no worker with the old protocol is left. Protocol 1 stored steps in DBOS.
 */
export const PROTOCOL = 2;

const LOST = {
  late: 'The heartbeat of this worker failed for too long; it ends its runs and rejoins',
  buried: 'Other workers declared this worker dead; it ends its runs and rejoins',
};

/** The lease under which a worker keeps its jobs. It sends heartbeats, and declares workers without heartbeats dead. */
@Injectable()
export class WorkerLease {
  private heartbeat: WorkerHeartbeat | null = null;

  constructor(
    private readonly repository: ExecutorsRepository,
    private readonly bells: JobNotifier,
    private readonly installation: Installation,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectMetric('coresdk_job_heartbeat_margin_seconds') private readonly margin: Gauge,
    @InjectMetric('coresdk_job_workers_lost_total') private readonly buried: Counter,
  ) {}

  /**
   * Joins under a new id and sends heartbeats until {@link stop}.
   * @param takes the accepted kinds by type; `null` for all kinds.
   * @param lost called once when other workers have declared this worker dead, or might do so.
   */
  async join(takes: object, lost: () => void): Promise<string> {
    const id = newId('exe');
    await this.repository.join(id, `${hostname()}/${process.pid}`, PROTOCOL, takes);
    const { databaseUrl } = this.installation;
    this.heartbeat = new WorkerHeartbeat({ databaseUrl, executorId: id }, (report) => this.onReport(report, id, lost));
    return id;
  }

  stop(): void {
    this.heartbeat?.stop();
    this.heartbeat = null;
  }

  /** Announces that a worker has ended, so that other workers immediately continue its jobs. */
  async leave(id: string): Promise<void> {
    await this.repository.leave(id, null);
    this.bells.notify('ready');
  }

  private onReport(report: HeartbeatReport, executor: string, lost: () => void): void {
    if (report.kind === 'lost') {
      this.logger.warn({ executor }, LOST[report.why]);
      lost();
    } else if (report.kind === 'failed') {
      this.logger.debug({ executor, why: report.message }, 'The heartbeat of this worker failed; it will retry');
    } else {
      this.margin.set(report.marginMs / 1_000);
      this.declareDead(report.silent).catch((err: unknown) => {
        this.logger.debug({ err }, 'Could not declare a silent worker dead; the next check retries');
      });
    }
  }

  private async declareDead(silent: readonly LiveExecutor[]): Promise<void> {
    for (const { id, beats } of silent) {
      if (!(await this.repository.leave(id, beats))) continue;
      this.buried.inc();
      this.logger.warn({ executor: id }, 'A worker is silent; other workers take over its runs');
      this.bells.notify('ready');
    }
  }
}
