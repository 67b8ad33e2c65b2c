import type { Response } from 'express';
import { configEntityTag } from '../contract/config-admin.types';

/** An answer with the entity tag of the configuration it is of. */
export function tagged<Body>(response: Response, version: number, body: Body): Body {
  response.setHeader('ETag', configEntityTag(version));
  return body;
}
