import { z } from 'zod';

/** The OFREP response if there is no evaluation (https://github.com/open-feature/protocol, openapi.yaml). */
export const ofrepFailure = z
  .object({
    key: z.string().optional().meta({ description: 'Key of the flag. Omitted if all flags were requested.' }),
    errorCode: z.enum(['FLAG_NOT_FOUND', 'PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'GENERAL']),
    errorDetails: z.string().optional(),
  })
  .meta({ id: 'OfrepFailure' });
