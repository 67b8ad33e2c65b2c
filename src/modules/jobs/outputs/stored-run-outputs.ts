import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { AppError } from '../../../kernel/errors/app-error';
import { type Blob, BlobsPort } from '../../files/contract/blobs.port';
import { JOB_LIMITS } from '../contract/job-limits';
import { JobFailure, JobStop } from '../contract/job-runner';
import { namedType, outputKeyFault } from '../domain/output-key';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { RunOutputs, type RunRef } from '../run/run-ports';
import { OutputsRepository, type OutputTotals } from '../storage/outputs.repository';

/**
 * Stores the output files of runs together with their tenants' files. Output files are listed when the job has ended, and deleted with the
 * job.
 */
@Injectable()
export class StoredRunOutputs extends RunOutputs {
  constructor(
    private readonly objects: BlobsPort,
    private readonly repository: OutputsRepository,
    @InjectConfig(jobsConfig) private readonly config: Pick<JobsConfig, 'JOBS_MAX_OUTPUT_BYTES'>,
  ) {
    super();
  }

  /**
   * Resolves when the file is durable. The file is stored only if the request captures output.
   * Errors: `JobFailure` with the reason `limit` if the job exceeds its output limit, or `failed` if the key is not a path; `JobStop` if
   * the job has moved to another worker; `unavailable`.
   */
  override async put(run: RunRef, key: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    if (!run.request.captureOutput) return;
    const fault = outputKeyFault(key);
    if (fault !== null) {
      throw new JobFailure(
        'failed',
        `An output file cannot have the key ${JSON.stringify(key.slice(0, 64))}: ${fault}.`,
        {
          mayRetry: false,
        },
      );
    }
    const { tenantId, jobId } = run;
    const left = await this.repository.totals(tenantId, jobId, key);
    if (left.files >= this.most.files || left.bytes > this.most.bytes) throw this.tooMuch();
    const kept = await this.keep(run, key, content, this.most.bytes - left.bytes);
    const { id: object, sizeBytes, sha256, contentType } = kept;
    const put = await this.repository
      .put(run, { key, object, sizeBytes, sha256, contentType }, this.most)
      .catch(async (error: unknown) => {
        await this.objects.delete(tenantId, object).catch(() => undefined);
        throw error;
      });
    if (typeof put !== 'string') {
      if (put.replaced !== null) await this.objects.delete(tenantId, put.replaced);
      return;
    }
    await this.objects.delete(tenantId, object);
    throw put === 'full' ? this.tooMuch() : new JobStop('lost');
  }

  private async keep(
    { tenantId, jobId }: RunRef,
    key: string,
    content: AsyncIterable<Uint8Array> | Uint8Array,
    maxBytes: number,
  ): Promise<Blob> {
    try {
      return await this.objects.put(tenantId, {
        holder: jobId,
        bytes: buffers(content),
        maxBytes,
        contentType: namedType(key),
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'payload_too_large') throw this.tooMuch();
      // The job was deleted, together with the storage that was reserved for it.
      if (error.code === 'not_found') throw new JobStop('lost');
      throw error;
    }
  }

  private get most(): OutputTotals {
    return { files: JOB_LIMITS.maxOutputFiles, bytes: this.config.JOBS_MAX_OUTPUT_BYTES };
  }

  private tooMuch(): JobFailure {
    const { files, bytes } = this.most;
    return new JobFailure('limit', `A job can store at most ${files} output files with ${bytes} bytes in total.`, {
      mayRetry: false,
    });
  }
}

async function* buffers(content: AsyncIterable<Uint8Array> | Uint8Array): AsyncIterable<Buffer> {
  if (content instanceof Uint8Array) yield toBuffer(content);
  else for await (const piece of content) yield toBuffer(piece);
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
