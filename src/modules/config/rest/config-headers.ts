import type { Response } from 'express';
import { ifNoneMatchHolds } from '../../../kernel/http/entity-tag';
import type { ConfigCondition } from '../contract/config-admin.port';
import { configEntityTag } from '../contract/config-admin.types';

export type ConditionHeaders = Readonly<Record<string, string | undefined>>;

export function conditionOf(headers: ConditionHeaders): ConfigCondition {
  return { ifMatch: headers['if-match'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
}

/** An answer with the entity tag of the configuration it is of. */
export function tagged<Body>(response: Response, version: number, body: Body): Body {
  response.setHeader('ETag', configEntityTag(version));
  return body;
}

/** The same, or nothing with 304 when the caller has it already (RFC 9110 §13.1.2). */
export function unlessKnown<Body>(
  response: Response,
  headers: ConditionHeaders,
  version: number,
  body: Body,
): Body | undefined {
  const condition = headers['if-none-match'];
  const isKnown = condition !== undefined && !ifNoneMatchHolds(condition, configEntityTag(version));
  if (isKnown) response.status(304);
  return tagged(response, version, isKnown ? undefined : body);
}
