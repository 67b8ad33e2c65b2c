import { applyDecorators, Header, SetMetadata } from '@nestjs/common';

/** Metadata key of {@link Deprecation}, for the OpenAPI document. */
export const DEPRECATION = 'coresdk:deprecation';

export interface Deprecation {
  /** First day on which the route should no longer be used, such as `2026-01-31`. */
  readonly since: string;
  /** First day on which the route may stop working; not before `since`. */
  readonly sunset: string;
  /** The replacement: a path such as `/v1/projects`. */
  readonly instead: string;
}

/**
 * Marks a route as deprecated. Each response from its handler has the `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) headers, and a
 * `Link` to the replacement. The OpenAPI document marks the route as `deprecated`. Throws for invalid dates, or if the sunset is before the
 * deprecation.
 */
export function Deprecated(deprecation: Deprecation): MethodDecorator {
  const { since, sunset, instead } = deprecation;
  const [from, until] = [Date.parse(`${since}T00:00:00Z`), Date.parse(`${sunset}T00:00:00Z`)];
  if (Number.isNaN(from) || Number.isNaN(until) || until < from) {
    throw new Error(`@Deprecated: ${since} and ${sunset} must be valid dates in this order.`);
  }
  return applyDecorators(
    // `Deprecation` contains a Structured Fields date (RFC 9651 §3.3.7), whereas `Sunset` contains an HTTP date.
    Header('Deprecation', `@${from / 1000}`),
    Header('Sunset', new Date(until).toUTCString()),
    Header('Link', `<${instead}>; rel="successor-version"`),
    SetMetadata(DEPRECATION, deprecation),
  );
}
