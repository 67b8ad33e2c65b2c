/** The service name of workflow calls in the egress policy (`input.service_name`). */
export const EGRESS_NAME = 'workflows';

/** Returns the part of a URL before its first template, because only that part is known before a run. Hosts are never templates. */
export function literalStart(url: string): string {
  const at = url.indexOf('{{');
  return at === -1 ? url : url.slice(0, at);
}
