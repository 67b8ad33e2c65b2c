import { MIMEType, TextDecoder } from 'node:util';
import { AppError } from '../errors/app-error';

/**
 * The decoder of a JSON body by its content type: UTF-8, unless it names UTF-16, which callers have always been let.
 * Errors: `unsupported_media_type` for another charset.
 */
export function jsonDecoder(contentType: string | undefined): TextDecoder {
  const charset = charsetOf(contentType ?? '');
  try {
    if (charset.startsWith('utf-')) return new TextDecoder(charset);
  } catch {
    // Not one that the platform knows.
  }
  throw new AppError('unsupported_media_type', 'The charset of the body must be utf-8.');
}

/** The value of a JSON body; an object without members for an empty one. Errors: `invalid_request`. */
export function parseJson(bytes: Buffer, decoder: TextDecoder): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // Without the cause: its message repeats the body.
    throw new AppError('invalid_request', 'The body is not valid JSON.');
  }
}

function charsetOf(contentType: string): string {
  try {
    return new MIMEType(contentType).params.get('charset')?.toLowerCase() ?? 'utf-8';
  } catch {
    return 'utf-8';
  }
}
