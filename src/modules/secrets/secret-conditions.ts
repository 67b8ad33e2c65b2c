import { AppError } from '../../kernel/errors/app-error';

/** The tag of a revision of something named; the name is in it, so that no tag is good for another object. */
export function revisionTag(name: string, revision: number): string {
  return `"${name}.${revision}"`;
}

/** Check-and-set. @param current version that is there; 0 for none, also when it is deleted. Errors: `conflict`. */
export function assertVersion(cas: number | null, current: number): void {
  if (cas === null || cas === current) return;
  const is = current === 0 ? 'There is no such secret' : `The current version is ${current}`;
  throw new AppError('conflict', `${is}, and cas asks for ${cas}.`, {
    fields: [{ pointer: '/cas', code: 'version_mismatch', message: `${is}.` }],
  });
}
