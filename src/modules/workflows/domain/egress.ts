/** Name by which the egress policy knows the calls of workflows (`input.service_name`). */
export const EGRESS_NAME = 'workflows';

/** The part of a URL before its first template: all that is known of it before a run. Hosts are never templates. */
export function literalStart(url: string): string {
  const at = url.indexOf('{{');
  return at === -1 ? url : url.slice(0, at);
}
