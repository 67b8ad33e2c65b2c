import { z } from 'zod';

/** What OFREP answers where there is no evaluation (https://github.com/open-feature/protocol, openapi.yaml). */
export const ofrepFailure = z
  .object({
    key: z.string().optional().meta({ description: 'Of the flag; left out where all were asked for.' }),
    errorCode: z.enum(['FLAG_NOT_FOUND', 'PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'GENERAL']),
    errorDetails: z.string().optional(),
  })
  .meta({ id: 'OfrepFailure' });
