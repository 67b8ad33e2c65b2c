import { Worker } from 'node:worker_threads';
import { workerFile } from '../../../../kernel/threads/worker-file';
import type { HeartbeatData, HeartbeatReport } from './heartbeat-messages';

/**
 * Sends the worker's heartbeat to the database every half second. The heartbeat runs in a separate thread with a dedicated connection, so
 * that a busy event loop or connection pool does not delay it.
 */
export class WorkerHeartbeat {
  private readonly thread: Worker;
  private isStopped = false;

  /** @param onReport called for each report until {@link stop}; `lost` is the last report. */
  constructor(data: HeartbeatData, onReport: (report: HeartbeatReport) => void) {
    this.thread = new Worker(workerFile(__dirname, 'heartbeat.thread.js'), { workerData: data, env: {} });
    this.thread.unref();
    const take = (report: HeartbeatReport): void => {
      if (this.isStopped) return;
      if (report.kind === 'lost') this.stop();
      onReport(report);
    };
    this.thread.on('message', take);
    this.thread.on('error', () => take({ kind: 'lost', why: 'late' }));
  }

  stop(): void {
    this.isStopped = true;
    void this.thread.terminate();
  }
}
