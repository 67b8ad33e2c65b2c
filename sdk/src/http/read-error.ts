import { apiError, type ApiError, type FieldError } from '../errors.js';

const MAX_SHOWN = 500;

/** Creates the error for a response, whatever its body contains. */
export async function readError(response: Response, nowMs: number): Promise<ApiError> {
  const body = parsed(await response.text().catch(() => ''));
  const { status } = response;
  return apiError({
    status,
    code: textOf(body['error']) || `http_${status}`,
    description: textOf(body['error_description']) || `The backend responded with ${status}.`,
    requestId: textOf(body['request_id']) || (response.headers.get('x-request-id') ?? ''),
    reason: textOf(body['reason']),
    fields: fieldsOf(body['errors']),
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), nowMs),
  });
}

/** Returns `Retry-After` in seconds (RFC 9110 §10.2.3: a number or a date); `null` if it is missing or unreadable. */
export function retryAfterSeconds(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === '') return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    // A proxy's page, or a truncated body: only the status is usable.
    return {};
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_SHOWN) : '';
}

function fieldsOf(value: unknown): readonly FieldError[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isRecord)
    .map(({ pointer, code, message }) => ({ pointer: textOf(pointer), code: textOf(code), message: textOf(message) }));
}
