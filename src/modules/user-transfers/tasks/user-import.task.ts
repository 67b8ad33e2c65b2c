import { Injectable } from '@nestjs/common';
import type { JobRun, RunnableJob } from '../../jobs/contract/job-runner';
import type { JsonValue } from '../../jobs/contract/job.types';
import { SyncTask } from '../../jobs/contract/sync-task';
import { IMPORT_CHUNK_ROWS, UserImportRunPort } from '../../users/contract/user-import-run.port';
import type { ImportFile } from '../../users/contract/user-import.types';
import { badInput, IMPORT_FILE, IMPORT_KIND, importOrder, toJobFailure } from './transfer-jobs';

/**
 * Imports users on behalf of the submitter. Checking all rows is one step, and importing each batch is a separate step, so that a run that
 * resumes on another worker does not start over. Returns the import report (`UserImportReport`).
 */
@Injectable()
export class UserImportTask extends SyncTask {
  readonly kind = IMPORT_KIND;

  constructor(private readonly imports: UserImportRunPort) {
    super();
  }

  async run({ request }: RunnableJob, run: JobRun): Promise<JsonValue> {
    const order = importOrder.safeParse(request.input);
    if (!order.success) throw badInput('The input must be {"format": "csv" or "jsonl", "dryRun": true or false}.');
    const bytes = (await run.inputFiles()).get(IMPORT_FILE);
    if (bytes === undefined) throw badInput(`The input needs an inline file with the path "${IMPORT_FILE}".`);
    const { format, dryRun } = order.data;
    const file = { format, bytes };
    run.progress({ stage: 'checking' });
    await toJobFailure(() => run.authorize());
    const report = await run.step('check', () => toJobFailure(() => this.imports.check(run.context, file, dryRun)));
    if (dryRun || report.faulty > 0) return report;
    await this.takeAll(run, file, report.rows);
    return { ...report, imported: report.rows };
  }

  private async takeAll(run: JobRun, file: ImportFile, rows: number): Promise<void> {
    for (let from = 0; from < rows; from += IMPORT_CHUNK_ROWS) {
      await toJobFailure(() => run.authorize());
      await run.step(`rows from ${from}`, () => toJobFailure(() => this.imports.take(run.context, file, from)));
      const imported = Math.min(rows, from + IMPORT_CHUNK_ROWS);
      run.progress({ stage: 'importing', percent: Math.floor((imported / rows) * 100), detail: { rows, imported } });
    }
  }
}
