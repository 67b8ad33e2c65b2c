import { AppError } from '../../kernel/errors/app-error';

/** Returns the entity tag of a named object's revision. It contains the name, so that no tag is valid for a different object. */
export function revisionTag(name: string, revision: number): string {
  return `"${name}.${revision}"`;
}

/**
 * Check-and-set: rejects a `cas` that is not the current version.
 * @param current the current version; 0 if the secret does not exist or is deleted. Errors: `conflict`.
 */
export function assertVersion(cas: number | null, current: number): void {
  if (cas === null || cas === current) return;
  const is = current === 0 ? 'The secret does not exist' : `The current version is ${current}`;
  throw new AppError('conflict', `${is}, but cas requires ${cas}.`, {
    fields: [{ pointer: '/cas', code: 'version_mismatch', message: `${is}.` }],
  });
}
