import { Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../errors/app-error';

interface Issue {
  readonly message: string;
  readonly code?: unknown;
  readonly keys?: unknown;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Validates bodies, queries and path parameters by the schema of their decorator; a fault names its JSON Pointer. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: invalidInput });
  }

  /** Nest would drop `__proto__` in silence; left in place, a strict schema refuses it like any unknown member. */
  protected override stripProtoKeys(): void {
    return undefined;
  }
}

/** The error for input that its schema refuses: 400 with every fault, unknown members each by its own pointer. */
export function invalidInput(issues: readonly Issue[]): AppError {
  const fields = issues.flatMap(fieldErrors);
  const first = fields[0];
  const where = first === undefined || first.pointer === '' ? '' : ` at ${first.pointer}`;
  return new AppError('invalid_request', `The request does not fit${where}: ${first?.message ?? 'see errors'}`, {
    fields,
  });
}

function fieldErrors(issue: Issue): FieldError[] {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const code = typeof issue.code === 'string' ? issue.code : 'invalid';
  if (code === 'unrecognized_keys' && Array.isArray(issue.keys)) {
    return issue.keys.map((key) => ({
      pointer: toPointer([...path, String(key)]),
      code: 'unknown_member',
      message: 'There is no such member.',
    }));
  }
  return [{ pointer: toPointer(path), code, message: issue.message }];
}

/** RFC 6901 §3: `~` and `/` are escaped. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
