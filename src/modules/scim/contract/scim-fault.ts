import { z } from 'zod';
import { AppError, toAppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { ScimError, type ScimType } from './scim-error';

export const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** An error in SCIM format (RFC 7644 §3.12). */
export interface ScimFault {
  readonly status: number;
  readonly body: {
    readonly schemas: readonly [typeof ERROR_URN];
    readonly status: string;
    readonly scimType?: ScimType;
    readonly detail: string;
  };
}

/** Schema of the body of a {@link ScimFault}. */
export const scimErrorBody = z
  .object({
    schemas: z.array(z.literal(ERROR_URN)),
    status: z.string().meta({ description: 'The HTTP status, as in the status line.' }),
    scimType: z.string().optional().meta({ description: 'The kind of a 400 or 409 error (RFC 7644 §3.12).' }),
    detail: z.string(),
  })
  .meta({ id: 'ScimError' });

/** Returns the response for any thrown error. */
export function scimFault(thrown: unknown): ScimFault {
  const error = toAppError(thrown);
  const scimType = scimTypeOf(error);
  // RFC 9865 §2.1 requires 400 for every cursor error.
  const status = scimType === 'expiredCursor' ? 400 : HTTP_STATUS[error.code];
  return {
    status,
    body: {
      schemas: [ERROR_URN],
      status: String(status),
      ...(scimType === null ? {} : { scimType }),
      detail: error.message,
    },
  };
}

function scimTypeOf(error: AppError): ScimType | null {
  if (error instanceof ScimError) return error.scimType;
  const { code, fields } = error;
  const [field] = fields;
  if (code === 'conflict') return field?.code === 'taken' ? 'uniqueness' : null;
  if (code === 'gone') return 'expiredCursor';
  if (code !== 'invalid_request') return null;
  if (field === undefined) return 'invalidSyntax';
  return field.code === 'invalid_cursor' ? 'invalidCursor' : 'invalidValue';
}
