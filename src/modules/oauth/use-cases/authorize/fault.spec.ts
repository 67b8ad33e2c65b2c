import { AppError } from '../../../../kernel/errors/app-error';
import { authorizationFault } from './fault';

describe('the error code that a client gets for an internal error', () => {
  it.each([
    ['unavailable', 'temporarily_unavailable'],
    ['deadline_exceeded', 'temporarily_unavailable'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['internal', 'server_error'],
    ['not_implemented', 'server_error'],
  ] as const)('for %s is %s', (code, error) => {
    expect(authorizationFault(new AppError(code, 'It broke.'))).toMatchObject({ error });
  });

  it.each(['invalid_request', 'rate_limited', 'access_denied'] as const)(
    'does not exist for %s, which is a client error',
    (code) => {
      expect(authorizationFault(new AppError(code, 'No.'))).toBeNull();
    },
  );

  it('for anything else is server_error, with a message that does not reveal any details', () => {
    for (const thrown of [new TypeError('secret is undefined'), 'secret', undefined]) {
      const fault = authorizationFault(thrown);
      expect(fault?.error).toBe('server_error');
      // RFC 6749 §4.1.2.1: %x20-21 / %x23-5B / %x5D-7E.
      expect(fault?.error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
      expect(fault?.error_description).not.toMatch(/secret/);
    }
  });
});
