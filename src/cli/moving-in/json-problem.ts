import type { z } from 'zod';

/** Returns the first problem of a value, with the path of the member and without its content. */
export function jsonProblem({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'it is malformed.';
  const path = issue.path.map(String).join('.');
  return path === '' ? `${issue.message}.` : `${path}: ${issue.message}.`;
}
