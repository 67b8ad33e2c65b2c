import { AppError } from '../../kernel/errors/app-error';

/** Returns the tag of a revision of a named object. It contains the name, so that no tag is valid for a different object. */
export function revisionTag(name: string, revision: number): string {
  return `"${name}.${revision}"`;
}

/**
 * Checks and sets: rejects a `cas` that is not the current version.
 * @param current the current version; 0 if there is none or it is deleted. Errors: `conflict`.
 */
export function assertVersion(cas: number | null, current: number): void {
  if (cas === null || cas === current) return;
  const is = current === 0 ? 'The secret does not exist' : `The current version is ${current}`;
  throw new AppError('conflict', `${is}, but cas requires ${cas}.`, {
    fields: [{ pointer: '/cas', code: 'version_mismatch', message: `${is}.` }],
  });
}
