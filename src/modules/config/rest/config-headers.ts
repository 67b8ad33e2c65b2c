import type { Response } from 'express';
import { configEntityTag } from '../contract/config-admin.types';

/** Adds the entity tag of the configuration to a response, and returns the body. */
export function tagged<Body>(response: Response, version: number, body: Body): Body {
  response.setHeader('ETag', configEntityTag(version));
  return body;
}
