import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../../errors/app-error';

interface Issue {
  readonly message: string;
  readonly code?: unknown;
  readonly keys?: unknown;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Validates bodies, queries and path parameters with the schema of their decorator. Errors name the JSON Pointer. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: invalidInput });
  }

  /**
   * Checks path parameters and inputs with a schema. Strings must not contain characters that the store cannot store unchanged: a NUL, or
   * half a surrogate pair, which the store would replace with a different character.
   */
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    // No id contains a NUL, so no resource has such a path.
    if (metadata.type === 'param' && typeof value === 'string' && value.includes('\0')) {
      throw new AppError('not_found', 'This path does not exist.');
    }
    if (metadata.type !== 'custom') refuseUnkept(value);
    return super.transform(value, metadata);
  }

  /** Nest would silently drop `__proto__`. The member stays in place, so that a strict schema rejects it like any unknown member. */
  protected override stripProtoKeys(): void {
    return undefined;
  }
}

/**
 * Maximum number of members per object: a schema for named values takes 2 µs for each invalid member, and blocks the main thread during
 * that time.
 */
const MAX_MEMBERS = 10_000;
/** Maximum number of faults listed. More faults are not useful, and a megabyte can contain a hundred thousand. */
const MAX_FIELDS = 100;

/**
 * Returns the error for input that does not match its schema: a 400 that lists the first faults, with a separate pointer for each unknown
 * member.
 */
export function invalidInput(issues: readonly Issue[]): AppError {
  const fields = issues.slice(0, MAX_FIELDS).flatMap(fieldErrors).slice(0, MAX_FIELDS);
  return new AppError('invalid_request', describe(fields[0]), { fields });
}

/** A message that forms a sentence when it follows the member's name, such as "must be a string". */
const PREDICATE = /^(?:must|is|has|have|matches|cannot) /;

/** Returns the first fault as a sentence: "`limit` must be at most 500." */
function describe(fault: FieldError | undefined): string {
  if (fault === undefined) return 'The request is not valid.';
  const { pointer, message } = fault;
  const sentence = message.endsWith('.') ? message : `${message}.`;
  if (!PREDICATE.test(message)) return `The request is not valid${pointer === '' ? '' : ` at ${pointer}`}: ${sentence}`;
  if (pointer === '') return `The request ${sentence}`;
  return `\`${pointer.lastIndexOf('/') === 0 ? pointer.slice(1) : pointer}\` ${sentence}`;
}

/** A member that was reached while walking a value. Its path follows from its parents. */
interface Member {
  readonly parent: Member | null;
  readonly name: PropertyKey;
  readonly value: unknown;
}

/**
 * Walks without recursion, because a body may be nested deeper than the stack allows. It also does not build a list or a path for each
 * member, because a megabyte can contain 345,000 members, and all other requests would have to wait.
 */
function refuseUnkept(value: unknown): void {
  const waiting: Member[] = [];
  const look = (member: unknown, parent: Member | null, name: PropertyKey): void => {
    if (typeof member === 'object' && member !== null) waiting.push({ parent, name, value: member });
    else if (typeof member === 'string') refuseText(member, { parent, name, value: member });
  };
  look(value, null, '');
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (Array.isArray(next.value)) {
      for (let index = 0; index < next.value.length; index += 1) look(next.value[index], next, index);
      continue;
    }
    const object = next.value as Readonly<Record<string, unknown>>;
    const names = Object.keys(object);
    if (names.length > MAX_MEMBERS) {
      throw refusalAt(next, 'too_many', `must not have more than ${MAX_MEMBERS} members`);
    }
    for (const name of names) {
      refuseText(name, next);
      look(object[name], next, name);
    }
  }
}

function refuseText(text: string, at: Member): void {
  if (text.includes('\0')) throw refusalAt(at, 'invalid_character', 'must not contain the character NUL');
  if (!text.isWellFormed()) throw refusalAt(at, 'invalid_character', 'must not contain half a surrogate pair');
}

/** Returns the error for a member. The path in the message is shortened, because people read it. */
function refusalAt(member: Member, code: string, message: string): AppError {
  const path: PropertyKey[] = [];
  for (let at = member; at.parent; at = at.parent) path.push(at.name);
  return invalidInput([{ message, code, path: path.reverse().slice(0, 8) }]);
}

function fieldErrors(issue: Issue): FieldError[] {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const code = typeof issue.code === 'string' ? issue.code : 'invalid';
  if (code === 'unrecognized_keys' && Array.isArray(issue.keys)) {
    return issue.keys.slice(0, MAX_FIELDS).map((key) => ({
      pointer: toPointer([...path, String(key)]),
      code: 'unknown_member',
      message: 'is not a known member',
    }));
  }
  return [{ pointer: toPointer(path), code, message: issue.message }];
}

/** Returns a JSON Pointer. RFC 6901 §3: `~` and `/` are escaped. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
