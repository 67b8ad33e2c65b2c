import { AppError } from '../../../../kernel/errors/app-error';
import { readResources } from '../../domain/resources';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * Returns the resources that tokens are requested for (RFC 8707 §2). If there are none, the tokens are for the issuer. Refuses with
 * `invalid_target`.
 */
export function checkResource(parameters: Parameters, isKnown: (resource: string) => boolean): readonly string[] {
  try {
    return readResources(parameters.all('resource'), isKnown);
  } catch (error) {
    if (error instanceof AppError) throw new AuthorizationRefusal('invalid_target', error.message);
    throw error;
  }
}
