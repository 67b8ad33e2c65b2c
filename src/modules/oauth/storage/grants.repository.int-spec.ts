import { openUnboundStore, type TestStore } from '../../../../test/support/test-store';
import { systemContext } from '../../../kernel/context/call-context';
import type { Database } from '../../../kernel/database/database';
import { newId } from '../../../kernel/ids/ids';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { markUntilNow } from '../../revocation/contract/revocation.types';
import { type AgreedGrant, GrantsRepository } from './grants.repository';

const REGISTERED = new Date('2026-01-01T00:00:00Z');
const NOW = new Date('2026-11-27T00:00:00Z');
/** Ids that exist in both tenants. */
const [USER, CLIENT] = ['usr-ada', 'app-reports'];

let opened: TestStore;
let store: Database;
let grants: GrantsRepository;
let a: string;
let b: string;

beforeAll(async () => {
  opened = await openUnboundStore(2);
  ({ store } = opened);
  grants = new GrantsRepository(store);
});

beforeEach(() => {
  [a, b] = [newId('tnt'), newId('tnt')];
});

afterAll(() => opened.close());

function agree(tenantId: string, members: Partial<AgreedGrant> = {}): Promise<string | null> {
  const agreed: AgreedGrant = {
    knownId: null,
    newId: newId('grt'),
    userId: USER,
    clientId: CLIENT,
    scopes: ['projects.read'],
    resources: [],
    remember: true,
    clientCreatedAt: REGISTERED,
    now: NOW,
    ...members,
  };
  return store.tenantTransaction(tenantId, (tx) => grants.agree(tx, tenantId, agreed));
}

function revoke(tenantId: string, grantId: string): Promise<boolean> {
  const owner = { tenantId, userId: USER, clientId: null };
  const action = { action: 'oauth.grant.revoke', resourceType: 'grant', resourceId: grantId };
  return grants.revoke(owner, grantId, NOW, markUntilNow('grant', grantId, tenantId, NOW.getTime()), {
    audit: stagedAuditEvent(auditEvent(systemContext(newId('req'), tenantId), action, NOW.getTime())),
    consent: (clientId) => ({ tenantId, type: 'consent.withdrawn', clientId, userId: USER, details: { grantId } }),
  });
}

describe('a grant', () => {
  it('belongs to one tenant, even without row security', async () => {
    const granted = await agree(a);
    expect(await grants.find(a, USER, CLIENT, REGISTERED)).toMatchObject({ id: granted, scopes: ['projects.read'] });
    expect(await grants.find(b, USER, CLIENT, REGISTERED)).toBeNull();
    expect(await grants.list(b, USER)).toEqual([]);
    expect(await revoke(b, granted ?? '')).toBe(false);
    expect(await grants.list(a, USER)).toMatchObject([{ id: granted }]);
  });

  it('is revoked when its user or app is deleted, but only in its own tenant', async () => {
    const granted = await agree(a);
    await grants.revokeOfUser(b, USER);
    await grants.revokeOfClient(b, CLIENT, NOW);
    expect(await grants.list(a, USER)).toMatchObject([{ id: granted }]);
    await grants.revokeOfUser(a, USER);
    expect(await grants.list(a, USER)).toEqual([]);
  });

  it('that was revoked is not found, and cannot be extended without new consent', async () => {
    const granted = await agree(a);
    expect(await agree(a, { knownId: granted })).toBe(granted);
    expect(await revoke(a, granted ?? '')).toBe(true);
    expect(await grants.find(a, USER, CLIENT, REGISTERED)).toBeNull();
    expect(await agree(a, { knownId: granted })).toBeNull();
    expect(await revoke(a, granted ?? '')).toBe(false);
  });

  it('of a deleted app does not apply to a new app with the same id', async () => {
    await agree(a);
    const registeredAgain = new Date(NOW.getTime() + 1_000);
    expect(await grants.find(a, USER, CLIENT, registeredAgain)).toBeNull();
    const secondGrant = await agree(a, { clientCreatedAt: registeredAgain, now: new Date(NOW.getTime() + 2_000) });
    expect(await grants.list(a, USER)).toMatchObject([{ id: secondGrant }]);
  });

  it('remembers only the scopes that the user chose to remember', async () => {
    const granted = await agree(a, { remember: false });
    expect(await grants.find(a, USER, CLIENT, REGISTERED)).toMatchObject({ remembered: false, rememberedScopes: [] });
    expect(await agree(a, { scopes: ['files.read'] })).toBe(granted);
    const found = await grants.find(a, USER, CLIENT, REGISTERED);
    expect(found).toMatchObject({ remembered: true, rememberedScopes: ['files.read'] });
    expect([...(found?.scopes ?? [])].sort()).toEqual(['files.read', 'projects.read']);
  });
});
