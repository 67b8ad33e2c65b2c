import { createSecretKey, randomBytes } from 'node:crypto';
import { systemContext } from '../../../kernel/context/call-context';
import { newId } from '../../../kernel/ids/ids';
import { type AuditEvent, auditEvent } from '../contract/audit.types';
import { openFields, personalPart, sealFields } from './personal-fields';

const key = () => ({ name: newId('psn'), key: createSecretKey(randomBytes(32)) });
const anEvent = (members: Partial<AuditEvent>): AuditEvent => ({
  ...auditEvent(
    systemContext('req-1', 'tnt-a'),
    { action: 'a', resourceType: 't', resourceId: 'r' },
    1_795_536_000_000,
  ),
  ip: '192.0.2.7',
  ...members,
});

describe('the personal part of an event', () => {
  it('is the IP address of a user of this installation, whose id stays readable', () => {
    const actorId = newId('usr');
    const part = personalPart(anEvent({ actorType: 'user', actorId }));
    expect(part).toMatchObject({ person: actorId, rest: { actorId, ip: null } });
    expect(part?.fields).toEqual({ ip: '192.0.2.7' });
  });

  it('includes the name that an external system uses for a user', () => {
    const part = personalPart(anEvent({ actorType: 'user', actorId: 'ada@example.com', ip: null }));
    expect(part).toMatchObject({ person: 'ada@example.com', rest: { actorId: '' } });
    expect(part?.fields).toEqual({ actorId: 'ada@example.com' });
  });

  it('includes the personal data of the event, regardless of the actor', () => {
    const personal = { email: 'ada@example.com' };
    const part = personalPart(anEvent({ actorType: 'service', actorId: 'anonymous', personal }));
    expect(part).toMatchObject({ fields: { personal }, rest: { personal: null, actorId: 'anonymous' } });
    expect(JSON.stringify(part?.rest)).not.toContain('ada@');
  });

  it.each([
    ['of a service', { actorType: 'service', actorId: 'app-1' }],
    ['of a user without other known data', { actorType: 'user', actorId: newId('usr'), ip: null }],
    ['without an actor', { actorType: 'user', actorId: '', ip: '192.0.2.7' }],
  ] as const)('is empty in an event %s', (_, members) => {
    expect(personalPart(anEvent(members))).toBeNull();
  });
});

describe('sealed fields', () => {
  const event = { tenantId: 'tnt-a', id: 'aud-1' };

  it('open only with the person’s key, in the record for which they were sealed', () => {
    const person = key();
    const { bytes } = sealFields({ ip: '192.0.2.7' }, person, event);
    expect(openFields(bytes, person.key, event)).toEqual({ ip: '192.0.2.7' });
    expect(() => openFields(bytes, key().key, event)).toThrow();
    expect(() => openFields(bytes, person.key, { ...event, id: 'aud-2' })).toThrow();
    expect(() => openFields(bytes, person.key, { ...event, tenantId: 'tnt-b' })).toThrow();
  });
});
