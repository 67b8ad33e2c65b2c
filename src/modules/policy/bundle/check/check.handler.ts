import type { TaskHandler } from '../../../../kernel/threads/pool-messages';
import type { TriedDocuments } from '../../contract/policy-bundles.port';
import { checkBundle } from './check-bundle';
import type { CheckedBundle, CheckJob, CheckOutcome, DryRunAnswer } from './check-job';
import { dryRun } from './dry-run';
import { tryDocuments } from './try-documents';

/** Checks a bundle, runs a dry run or evaluates documents, in a thread of {@link BundleThreads}. */
const handleCheck: TaskHandler<CheckJob, CheckOutcome<CheckedBundle | DryRunAnswer | TriedDocuments>> = (job) => {
  switch (job.kind) {
    case 'check':
      return checkBundle(job);
    case 'dryRun':
      return dryRun(job);
    case 'documents':
      return tryDocuments(job);
  }
};

export default handleCheck;
