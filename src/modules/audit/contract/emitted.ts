import { AppError } from '../../../kernel/errors/app-error';
import type { AuditOutcome } from './audit.types';

const MAX_METADATA_BYTES = 64 * 1024;
/** Maximum nesting depth that the database and the canonical form reliably support. */
const MAX_DEPTH = 32;

/** Converts a client's term for an outcome to the value in the log. */
export function outcomeOf(word: string): AuditOutcome {
  switch (word.toLowerCase()) {
    case '':
    case 'success':
    case 'ok':
    case 'allowed':
      return 'success';
    case 'denied':
    case 'deny':
    case 'blocked':
    case 'revoked':
      return 'denied';
    default:
      return 'failure';
  }
}

/** Parses metadata from a JSON string. Returns an empty object for an empty string. Errors: `invalid_request`. */
export function parseMetadata(text: string): Record<string, unknown> {
  if (text === '') return {};
  if (Buffer.byteLength(text) > MAX_METADATA_BYTES) {
    throw new AppError('invalid_request', `metadata_json is larger than ${MAX_METADATA_BYTES} bytes.`);
  }
  return checkedMetadata(parsed(text));
}

/**
 * Returns a value that is valid metadata for an event. Errors: `invalid_request` when it is not an object, is too large or is nested too
 * deeply.
 */
export function checkedMetadata(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_request', 'metadata_json must be a JSON object.');
  }
  if (!isAtMost(value, MAX_DEPTH)) {
    throw new AppError('invalid_request', `The metadata is nested more than ${MAX_DEPTH} levels deep.`);
  }
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_METADATA_BYTES) {
    throw new AppError('invalid_request', `The metadata is larger than ${MAX_METADATA_BYTES} bytes.`);
  }
  return { ...value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAtMost(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isAtMost(member, depth - 1));
}
