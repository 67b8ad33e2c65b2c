import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { JOB_LIMITS } from '../jobs/contract/job-limits';
import type { NewJob } from '../jobs/contract/job-request.types';
import type { Job } from '../jobs/contract/job.types';
import { JobsPort } from '../jobs/contract/jobs.port';
import type { ImportFile } from '../users/contract/user-import.types';
import type { UserExportOrder, UserTransfersPort } from './contract/user-transfers.port';
import { EXPORT_KIND, IMPORT_FILE, IMPORT_KIND } from './tasks/transfer-jobs';

/** The number of attempts, with delays in between, so that a job survives a short database outage. */
const MAX_ATTEMPTS = 3;

/** The member of a row that contains a password hash. */
const PASSWORD_MEMBER = 'passwordHash';

@Injectable()
export class UserTransfersService implements UserTransfersPort {
  constructor(private readonly jobs: JobsPort) {}

  async import(context: CallContext, { format, bytes }: ImportFile, isDryRun: boolean): Promise<Job> {
    if (bytes.length > JOB_LIMITS.maxInputBytes) {
      const message = `A job can import a file of at most ${JOB_LIMITS.maxInputBytes} bytes. Send the file in parts, or without "Prefer: respond-async".`;
      throw new AppError('payload_too_large', message);
    }
    // The file is stored with the job, and hashes must not be.
    if (Buffer.from(bytes).includes(PASSWORD_MEMBER)) {
      const message = `A job does not import password hashes. Remove "${PASSWORD_MEMBER}", or send the file without "Prefer: respond-async".`;
      throw new AppError('invalid_request', message);
    }
    return this.jobs.submit(context, {
      type: 'sync',
      kind: IMPORT_KIND,
      input: { format, dryRun: isDryRun },
      files: { [IMPORT_FILE]: bytes } as NonNullable<NewJob['files']>,
      captureLogs: false,
      captureOutput: false,
      retry: { maxAttempts: MAX_ATTEMPTS },
    });
  }

  async export(context: CallContext, { format }: UserExportOrder): Promise<Job> {
    return this.jobs.submit(context, {
      type: 'sync',
      kind: EXPORT_KIND,
      input: { format },
      captureLogs: false,
      retry: { maxAttempts: MAX_ATTEMPTS },
    });
  }
}
