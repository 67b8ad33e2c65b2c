import { AppError } from '../../../../kernel/errors/app-error';
import { HTTP_STATUS, OAUTH_CODE } from '../../../../kernel/errors/error-tables';

/** A server fault as reported to a client, in ASCII without quotes or backslashes. */
export interface AuthorizationFault {
  readonly error: 'server_error' | 'temporarily_unavailable';
  readonly error_description: string;
}

/**
 * Returns the error sent to a client's redirect URI for a server fault: a 5xx status would reach only the browser (RFC 6749 §4.1.2.1).
 * `null` for any other error.
 */
export function authorizationFault(thrown: unknown): AuthorizationFault | null {
  if (!(thrown instanceof AppError)) return SERVER_ERROR;
  if (HTTP_STATUS[thrown.code] < 500) return null;
  return (OAUTH_CODE[thrown.code] ?? thrown.code) === 'temporarily_unavailable' ? UNAVAILABLE : SERVER_ERROR;
}

const SERVER_ERROR = {
  error: 'server_error',
  error_description: 'An unexpected error prevented a response.',
} as const;

const UNAVAILABLE = {
  error: 'temporarily_unavailable',
  error_description: 'A part of the server is unavailable or too busy; try again.',
} as const;
