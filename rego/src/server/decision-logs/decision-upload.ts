import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { UploadConfig } from '../config/decision-log-config.js';
import type { Logger } from '../logger.js';
import type { Counters } from '../prometheus.js';
import { RepeatingTask } from '../repeating-task.js';
import { askService } from '../service-client.js';
import { RateLimit } from './rate-limit.js';

/** The maximum size of the events in one request before compression. Compression needs additional memory. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/** JSON events compress to about a tenth. */
const EXPECTED_RATIO = 10;

/** A queued event, as JSON text. */
interface Waiting {
  readonly json: string;
  readonly bytes: number;
}

/** Sends events in batches, compressed with gzip. The queue is bounded: when it is full, the oldest events are dropped and counted. */
export class DecisionUpload {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private readonly task: RepeatingTask;
  private readonly rate: RateLimit | null;

  constructor(
    private readonly config: UploadConfig,
    private readonly logger: Logger,
    private readonly counters: Counters,
  ) {
    this.task = new RepeatingTask(config.delay, (signal) => this.sendAll(signal));
    this.rate = config.maxPerSecond === null ? null : new RateLimit(config.maxPerSecond);
  }

  start(): void {
    this.task.start();
  }

  push(json: string): void {
    if (this.rate?.take() === false) {
      this.counters.increment('decision_logs_dropped_rate_limit_exceeded');
      return;
    }
    const bytes = Buffer.byteLength(json);
    this.waiting.push({ json, bytes });
    this.waitingBytes += bytes;
    this.trim();
  }

  /** Sends the queued events until the signal aborts. */
  async stop(signal: AbortSignal): Promise<void> {
    await this.task.stop();
    if (!(await this.sendAll(signal))) this.logger.error('Stopped with decisions that were not uploaded.');
  }

  private trim(): void {
    const { maxBufferBytes, maxBufferEvents } = this.config;
    let dropped = 0;
    while (this.waitingBytes > maxBufferBytes || this.waiting.length - dropped > maxBufferEvents) {
      this.waitingBytes -= this.waiting[dropped]?.bytes ?? 0;
      dropped++;
      this.counters.increment('decision_logs_dropped_buffer_size_limit_bytes_exceeded');
    }
    if (dropped > 0) this.waiting = this.waiting.slice(dropped);
  }

  private async sendAll(signal: AbortSignal): Promise<boolean> {
    while (this.waiting.length > 0) {
      const { body, count } = this.nextBatch();
      const batch = this.waiting.splice(0, count);
      if (body !== null && !(await this.send(body, signal))) {
        this.waiting = [...batch, ...this.waiting];
        this.trim();
        return false;
      }
      for (const { bytes } of batch) this.waitingBytes -= bytes;
    }
    return true;
  }

  /** Returns as many of the oldest events as fit into one request. `body` is `null` if a single event is too large. */
  private nextBatch(): { readonly body: Buffer | null; readonly count: number } {
    const { maxUploadBytes } = this.config;
    const maxBytes = Math.min(maxUploadBytes * EXPECTED_RATIO, MAX_BATCH_BYTES);
    let count = 0;
    for (let bytes = 0; count < this.waiting.length; count++) {
      bytes += this.waiting[count]?.bytes ?? 0;
      if (bytes > maxBytes && count > 0) break;
    }
    for (; ; count = Math.ceil(count / 2)) {
      const events = this.waiting.slice(0, count).map(({ json }) => json);
      const body = gzipSync(`[${events.join(',')}]`);
      if (body.length <= maxUploadBytes) return { body, count };
      if (count === 1) {
        this.counters.increment('decision_logs_encoding_failure');
        this.logger.error('A decision is too large to be uploaded.', { upload_size_limit_bytes: maxUploadBytes });
        return { body: null, count };
      }
    }
  }

  private async send(body: Buffer, signal: AbortSignal): Promise<boolean> {
    const { service, resource } = this.config;
    try {
      const answer = await askService(service, {
        method: 'POST',
        resource,
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body,
        signal,
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`log upload failed, server replied with HTTP ${answer.status}`);
      this.counters.increment('decision_logs_chunks_uploaded');
      return true;
    } catch (error) {
      this.counters.increment('decision_logs_chunks_upload_failed');
      this.logger.error('Decision logs were not uploaded.', {
        err: error instanceof Error ? error.message : String(error),
      });
      return false;
    }
  }
}
