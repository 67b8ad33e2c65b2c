import {
  type Job as JobMessage,
  type JobEvent as EventMessage,
  JobState as WireState,
  type LogLine as LogMessage,
  LogStream as WireStream,
  type OutputFile,
} from '../../../kernel/grpc/generated/coresdk/v1/jobs';
import type { Job, JobEvent, JobOutputFile, JobState, LogLine } from '../contract/job.types';
import { wireKind } from './submission-message';

const STATES: Readonly<Record<JobState, WireState>> = {
  pending: WireState.JOB_STATE_PENDING,
  scheduling: WireState.JOB_STATE_SCHEDULING,
  running: WireState.JOB_STATE_RUNNING,
  succeeded: WireState.JOB_STATE_SUCCEEDED,
  failed: WireState.JOB_STATE_FAILED,
  cancelled: WireState.JOB_STATE_CANCELLED,
};

export function toJobMessage(job: Job): JobMessage {
  return {
    jobId: job.id,
    kind: wireKind(job.type, job.kind),
    image: job.image,
    state: STATES[job.state],
    exitCode: wireExitCode(job.exitCode ?? 0),
    error: job.error?.message ?? '',
    inputS3Uri: job.inputUri,
    outputS3Uri: job.outputUri,
    logsS3Uri: job.logsUri,
    createdAt: seconds(job.createdAt),
    startedAt: seconds(job.startedAt),
    finishedAt: seconds(job.finishedAt),
    tenantId: job.tenantId,
    userId: job.userId,
    k8sNamespace: '',
    k8sJobName: '',
    resolvedSecretNames: job.secretNames,
  };
}

export function toEventMessage(event: JobEvent): EventMessage {
  return { jobId: event.jobId, ts: seconds(event.at), ...storyOf(event) };
}

function storyOf(event: JobEvent): Omit<EventMessage, 'jobId' | 'ts'> {
  switch (event.type) {
    case 'created':
      return { created: { image: event.image } };
    case 'scheduled':
      return { scheduled: { nodeName: event.node } };
    case 'started':
      return { started: {} };
    case 'progress': {
      const { stage, percent, detail } = event;
      return { progress: { stage, percent, detailJson: detail === null ? '' : JSON.stringify(detail) } };
    }
    case 'retrying': {
      // The contract does not define an event for retries, so a retry is sent as a progress stage.
      const { error, nextAt } = event;
      return { progress: { stage: 'retrying', percent: 0, detailJson: JSON.stringify({ error, nextAt }) } };
    }
    case 'succeeded':
      return { succeeded: { exitCode: wireExitCode(event.exitCode), outputS3Uri: event.outputUri } };
    case 'failed':
      return { failed: { exitCode: wireExitCode(event.exitCode), error: event.error.message } };
    case 'cancelled':
      return { cancelled: { reason: event.reason } };
  }
}

export function toLogMessage({ at, stream, text }: LogLine): LogMessage {
  const wire = stream === 'stderr' ? WireStream.LOG_STREAM_STDERR : WireStream.LOG_STREAM_STDOUT;
  return { ts: seconds(at), stream: wire, line: text };
}

/** @param outputUri the job's output URI. */
export function toOutputMessage({ key, sizeBytes, contentType, url }: JobOutputFile, outputUri: string): OutputFile {
  return { key, s3Uri: outputUri + key, presignedUrl: url, size: sizeBytes, contentType };
}

/** Returns the time in Unix seconds; 0 for `null`. */
function seconds(at: string | null): number {
  return at === null ? 0 : Math.floor(Date.parse(at) / 1_000);
}

/** Converts negative exit codes in the same way as a shell: published clients cannot read negative numbers (wire contract §2.1). */
function wireExitCode(code: number): number {
  return code < 0 ? 255 : code;
}
