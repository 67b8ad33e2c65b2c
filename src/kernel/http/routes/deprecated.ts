import { applyDecorators, Header, SetMetadata } from '@nestjs/common';

/** Metadata key of {@link Deprecation}, for the document. */
export const DEPRECATION = 'coresdk:deprecation';

export interface Deprecation {
  /** Day from which on the route should not be used, such as `2026-01-31`. */
  readonly since: string;
  /** Day from which on it may answer no more; not before `since`. */
  readonly sunset: string;
  /** What does the same: a path such as `/v1/projects`. */
  readonly instead: string;
}

/**
 * A route that goes. Each answer of its handler says so: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and a `Link` to what
 * does the same; the document has it as `deprecated`. Throws for days that are none, or a sunset before the deprecation.
 */
export function Deprecated(deprecation: Deprecation): MethodDecorator {
  const { since, sunset, instead } = deprecation;
  const [from, until] = [Date.parse(`${since}T00:00:00Z`), Date.parse(`${sunset}T00:00:00Z`)];
  if (Number.isNaN(from) || Number.isNaN(until) || until < from) {
    throw new Error(`@Deprecated: ${since} and ${sunset} are no days in this order.`);
  }
  return applyDecorators(
    // A date of Structured Fields (RFC 9651 §3.3.7), where Sunset has one of HTTP.
    Header('Deprecation', `@${from / 1000}`),
    Header('Sunset', new Date(until).toUTCString()),
    Header('Link', `<${instead}>; rel="successor-version"`),
    SetMetadata(DEPRECATION, deprecation),
  );
}
