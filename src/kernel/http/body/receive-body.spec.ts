import type { IncomingMessage } from 'node:http';
import { systemContext } from '../../context/call-context';
import { ownerOf } from './receive-body';
import { setCallContext } from '../request-state';

function requestOf(authorization: string | undefined): IncomingMessage {
  return { headers: { authorization }, socket: { remoteAddress: '203.0.113.7' } } as unknown as IncomingMessage;
}

describe('the owner of a body', () => {
  it('is the tenant of a verified caller; other callers at the same address do not share its limit', () => {
    const owners = ['tnt-a', 'tnt-b'].map((tenantId) => {
      const request = requestOf(`Bearer of ${tenantId}`);
      setCallContext(request, systemContext('req-1', tenantId));
      return ownerOf(request);
    });
    expect(owners.map(({ tenantId }) => tenantId)).toEqual(['tnt-a', 'tnt-b']);
    const [first = [], second = []] = owners.map(({ shares }) => shares);
    expect(first).toHaveLength(1);
    expect(first).not.toEqual(second);
  });

  it('is the address of any other caller, whatever token it sends', () => {
    const address = { tenantId: 'address 203.0.113.7', shares: ['address 203.0.113.7'] };
    expect(ownerOf(requestOf('Bearer made-up'))).toEqual(address);
    expect(ownerOf(requestOf(undefined))).toEqual(address);
  });
});
