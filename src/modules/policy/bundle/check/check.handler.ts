import type { TaskHandler } from '../../../../kernel/threads/pool-messages';
import { checkBundle } from './check-bundle';
import type { CheckedBundle, CheckJob, CheckOutcome, DryRunAnswer } from './check-job';
import { dryRun } from './dry-run';

/** Checks a bundle or runs a dry run, in a thread of {@link BundleThreads}. */
const handleCheck: TaskHandler<CheckJob, CheckOutcome<CheckedBundle | DryRunAnswer>> = (job) =>
  job.kind === 'check' ? checkBundle(job) : dryRun(job);

export default handleCheck;
