import type { RunnableJob } from '../contract/job-runner';

/** The root of a job's directories inside a container. */
export const CONTAINER_ROOT = '/coresdk';

/** The name of the file in the output directory to which a job writes its result as JSON. It is not an output file. */
export const RESULT_FILE = '.coresdk-result.json';

/**
 * Returns the variables that describe the job. The wire contract defines `CORESDK_USER_ID`. Requests cannot set variables with the prefix
 * `CORESDK_`.
 */
export function jobVariables({ job }: RunnableJob): ReadonlyMap<string, string> {
  return new Map([
    ['CORESDK_JOB_ID', job.id],
    ['CORESDK_JOB_KIND', job.kind],
    ['CORESDK_JOB_ATTEMPT', String(job.attempt)],
    ['CORESDK_TENANT_ID', job.tenantId],
    ['CORESDK_USER_ID', job.userId],
  ]);
}

/**
 * Returns the variables that contain the paths of a job's directories.
 * @param root the root of the directories, as seen by the job.
 */
export function directoryVariables(root: string): ReadonlyMap<string, string> {
  return new Map([
    ['CORESDK_INPUT_DIR', `${root}/input`],
    ['CORESDK_INPUT_FILE', `${root}/input.json`],
    ['CORESDK_SECRETS_DIR', `${root}/secrets`],
    ['CORESDK_OUTPUT_DIR', `${root}/output`],
    ['CORESDK_RESULT_FILE', `${root}/output/${RESULT_FILE}`],
  ]);
}
