import type { IncomingMessage } from 'node:http';
import { systemContext } from '../../context/call-context';
import { KnownCallers } from './known-callers';
import { setCallContext } from '../request-state';

function requestOf(authorization: string | undefined, tenantId: string | null = null): IncomingMessage {
  const request = {
    headers: { authorization },
    socket: { remoteAddress: '203.0.113.7' },
  } as unknown as IncomingMessage;
  if (tenantId !== null) setCallContext(request, systemContext('req-1', tenantId));
  return request;
}

describe('a caller', () => {
  it('is identified by the tenant of a token that was accepted earlier', () => {
    const callers = new KnownCallers();
    callers.remember(requestOf('Bearer a', 'tnt-a'));
    expect(callers.nameOf(requestOf('Bearer a'))).toBe('tenant tnt-a');
    expect(callers.of(requestOf('Bearer a'))).toMatchObject({ tenantId: 'tnt-a' });
  });

  it('is otherwise identified by its address, whatever token it sends', () => {
    const callers = new KnownCallers();
    callers.remember(requestOf('Bearer b'));
    callers.remember(requestOf(undefined, 'tnt-a'));
    for (const token of ['Bearer b', 'Bearer c', undefined]) {
      expect(callers.nameOf(requestOf(token))).toBe('address 203.0.113.7');
      expect(callers.of(requestOf(token))).toBeNull();
    }
  });
});
