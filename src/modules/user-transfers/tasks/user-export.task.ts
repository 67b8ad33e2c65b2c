import { Injectable } from '@nestjs/common';
import type { JobRun, RunnableJob } from '../../jobs/contract/job-runner';
import type { JsonValue } from '../../jobs/contract/job.types';
import { SyncTask, type TaskScheduler } from '../../jobs/contract/sync-task';
import { UserExportPort } from '../../users/contract/user-export.port';
import { type UserExportOrder, userExportOrder } from '../contract/user-transfers.port';
import { badInput, EXPORT_KIND, toJobFailure } from './transfer-jobs';
import { headOf, rowsOf } from './exported-rows';

/**
 * Exports a tenant's users, on behalf of the submitter, to the output file `users.jsonl` or `users.csv`. Keeps only one page in memory. A
 * run that resumes on another worker rewrites the entire file.
 */
@Injectable()
export class UserExportTask extends SyncTask {
  readonly kind = EXPORT_KIND;

  constructor(private readonly exports: UserExportPort) {
    super();
  }

  async run({ request }: RunnableJob, run: JobRun, turns: TaskScheduler): Promise<JsonValue> {
    const order = userExportOrder.safeParse(request.input ?? {});
    if (!order.success) throw badInput('The input must be {"format": "jsonl" or "csv"}.');
    if (!request.captureOutput) throw badInput('An export needs its output: "captureOutput" must be true.');
    const { format } = order.data;
    await toJobFailure(() => run.authorize());
    // The audit record is written before any user is exported.
    await run.step('begin', () =>
      toJobFailure(async () => {
        await this.exports.begin(run.context, format);
        return null;
      }),
    );
    const file = `users.${format}`;
    let users = 0;
    const count = (written: number): void => {
      users += written;
      run.progress({ stage: 'exporting', detail: { users } });
    };
    const content = this.bytes(run, turns, format, count);
    await toJobFailure(() => run.output(file, content));
    return { format, file, users };
  }

  private async *bytes(
    run: JobRun,
    turns: TaskScheduler,
    format: UserExportOrder['format'],
    count: (written: number) => void,
  ): AsyncIterable<Uint8Array> {
    const head = headOf(format);
    if (head !== '') yield Buffer.from(head);
    let after: string | null = null;
    for (;;) {
      await run.authorize();
      const page = await this.exports.page(run.context, after);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
      yield Buffer.from(await turns.runSliced(rowsOf(format, page)));
      count(page.length);
    }
  }
}
