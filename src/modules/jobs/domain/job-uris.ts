/** Where a job's output files lie, as clients are told: always inside the tenant's area. @param prefix empty: the job's own. */
export function outputUri(tenantId: string, jobId: string, prefix: string): string {
  return `jobs://${tenantId}/${prefix === '' ? '' : `${prefix}/`}${jobId}/output/`;
}

/** Where a job's log lies, as clients are told. */
export function logsUri(tenantId: string, jobId: string): string {
  return `jobs://${tenantId}/${jobId}/logs/`;
}
