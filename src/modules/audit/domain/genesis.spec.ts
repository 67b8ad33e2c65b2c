import { isId } from '../../../kernel/ids/ids';
import { genesisEvent } from './genesis';

describe('the genesis record of a log', () => {
  it('names the system as the actor and the log as the resource, and counts the events that are older than the chain', () => {
    const event = genesisEvent('tnt-a', 12, 1_795_536_000_000);
    expect(event).toEqual({
      id: event.id,
      tenantId: 'tnt-a',
      appId: null,
      actorType: 'system',
      actorId: 'system',
      action: 'audit.log.begin',
      resourceType: 'audit_log',
      resourceId: 'tnt-a',
      outcome: 'success',
      reason: '',
      requestId: event.requestId,
      ip: null,
      policyRevision: null,
      metadata: { earlierEvents: 12 },
      personal: null,
      tsMs: 1_795_536_000_000,
    });
    expect([isId('aud', event.id), isId('req', event.requestId)]).toEqual([true, true]);
  });
});
