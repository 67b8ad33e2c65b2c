import type { RunnableJob } from '../contract/job-runner';

/** Root of a job's directories inside of a container. */
export const CONTAINER_ROOT = '/coresdk';

/** Name of the file in the output directory in which a job leaves its result as JSON. It is no output file. */
export const RESULT_FILE = '.coresdk-result.json';

/** What a job is told of itself. `CORESDK_USER_ID` is the wire contract's; a request cannot set names of this kind. */
export function jobVariables({ job }: RunnableJob): ReadonlyMap<string, string> {
  return new Map([
    ['CORESDK_JOB_ID', job.id],
    ['CORESDK_JOB_KIND', job.kind],
    ['CORESDK_JOB_ATTEMPT', String(job.attempt)],
    ['CORESDK_TENANT_ID', job.tenantId],
    ['CORESDK_USER_ID', job.userId],
  ]);
}

/** Where a job finds its directories. @param root of them, as the job sees it. */
export function directoryVariables(root: string): ReadonlyMap<string, string> {
  return new Map([
    ['CORESDK_INPUT_DIR', `${root}/input`],
    ['CORESDK_INPUT_FILE', `${root}/input.json`],
    ['CORESDK_SECRETS_DIR', `${root}/secrets`],
    ['CORESDK_OUTPUT_DIR', `${root}/output`],
    ['CORESDK_RESULT_FILE', `${root}/output/${RESULT_FILE}`],
  ]);
}
