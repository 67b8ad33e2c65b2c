import { AppError } from '../../../kernel/errors/app-error';

const MAX_RESOURCES = 10;

/**
 * Returns the resources that a request names (RFC 8707 §2): absolute URIs without a fragment, in the order of the request, without
 * duplicates.
 * @param isKnown returns whether this installation accepts tokens for a resource.
 * Errors: `invalid_target`.
 */
export function readResources(values: readonly string[], isKnown: (resource: string) => boolean): readonly string[] {
  const resources = [...new Set(values)];
  if (resources.length > MAX_RESOURCES)
    throw new AppError('invalid_target', `Name at most ${MAX_RESOURCES} resources.`);
  for (const resource of resources) {
    if (!URL.canParse(resource) || resource.includes('#')) {
      throw new AppError('invalid_target', 'A resource must be an absolute URI without a fragment.');
    }
    if (!isKnown(resource)) throw new AppError('invalid_target', 'There is no such resource.');
  }
  return resources;
}

/** Returns the `aud` of a token for these resources (RFC 9068 §2.2): the issuer if there are none. */
export function audienceOf(resources: readonly string[], issuer: string): string | string[] {
  const [only] = resources;
  if (only === undefined) return issuer;
  return resources.length === 1 ? only : [...resources];
}

/**
 * Returns the resources of a narrower request (RFC 8707 §2.2): the named resources, all of which must have been granted, or all granted
 * resources if the request does not name any. Errors: `invalid_target`.
 */
export function narrowResources(named: readonly string[], granted: readonly string[]): readonly string[] {
  if (named.length === 0) return granted;
  if (named.some((resource) => !granted.includes(resource))) {
    throw new AppError('invalid_target', 'A resource is not part of the grant.');
  }
  return [...new Set(named)];
}
