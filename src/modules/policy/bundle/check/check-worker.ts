import { parentPort } from 'node:worker_threads';
import { checkBundle } from './check-bundle';
import type { CheckedBundle, CheckJob, CheckOutcome, CheckReply, DryRunAnswer } from './check-job';
import { dryRun } from './dry-run';

/** The file of a thread of {@link CheckPool}: takes jobs one by one, and answers each. */
const port = parentPort;
if (!port) throw new Error('This file runs in a thread of its own.');

port.on('message', (job: CheckJob) => {
  void answer(job).then((reply) => {
    port.postMessage(reply);
  });
});

async function answer(job: CheckJob): Promise<CheckReply> {
  try {
    const outcome: CheckOutcome<CheckedBundle | DryRunAnswer> =
      job.kind === 'check' ? await checkBundle(job) : await dryRun(job);
    return { kind: 'outcome', outcome };
  } catch (error) {
    return { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
