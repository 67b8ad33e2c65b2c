import type { ScimPreset } from '../../../src/modules/scim/contract/scim.types';
import type { ScimConnectionWithToken } from '../../../src/modules/scim/contract/scim-connections.types';
import { CookieBrowser } from '../../support/browser-form';
import { eventually } from '../../support/eventually';
import { call } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { CALLBACK, openidClient } from '../../support/relying-party';
import { ENTERPRISE_URN, expectScimError, GROUP_URN, patchOf, type Scim, scimAt, USER_URN } from '../../support/scim';
import { signIn } from '../../support/sign-in-walk';

const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/**
 * Runs through the backend in separate processes, because identity providers call from the Internet.
 * @param borrow returns the installation, once it is running.
 */
export const scimStory = (borrow: () => Installation): void =>
  describe('SCIM through the backend', () => {
    let installation: Installation;

    beforeAll(() => {
      installation = borrow();
    });

    const connect = async (preset: ScimPreset): Promise<Scim> => {
      const token = await installation.adminToken();
      const { body, status, text } = await call<ScimConnectionWithToken>(
        `${installation.controlPlaneUrl}/api/v1/scim-connections`,
        { token, json: { name: preset, preset } },
      );
      expect([status, text]).toEqual([201, text]);
      return scimAt(installation.backendUrl, body.token);
    };
    const find = (scim: Scim, kind: string, filter: string) => scim(`/${kind}?filter=${encodeURIComponent(filter)}`);

    test('Okta: create, read, replace, deactivate, reactivate, push a group, rename it', async () => {
      const okta = await connect('okta');
      const userName = 'isaac.okta@example.com';
      // The connection test.
      expect((await okta('/Users?startIndex=1&count=2')).body).toMatchObject({ schemas: [LIST_URN], startIndex: 1 });
      expectScimError(await okta('/Users/00000000-0000-0000-0000-000000000000'), 404);
      const missing = await find(okta, 'Users', `userName eq "${userName}"`);
      expect(missing.body).toMatchObject({ totalResults: 0, Resources: [] });
      const profile = {
        schemas: [USER_URN],
        userName,
        name: { givenName: 'Isaac', familyName: 'Brock' },
        emails: [{ primary: true, value: userName, type: 'work' }],
        displayName: 'Isaac Brock',
        locale: 'en-US',
        externalId: '00ujl29u0le5T6Aj10h7',
        groups: [],
        password: '1mz050nq',
        active: true,
      };
      const made = await okta('/Users', { json: profile });
      expect([made.status, made.body]).toMatchObject([201, { userName, active: true, externalId: profile.externalId }]);
      expect(made.text).not.toContain('1mz050nq');
      expectScimError(await okta('/Users', { json: profile }), 409, 'uniqueness');
      const path = `/Users/${made.body.id}`;
      const read = (await okta(path)).body;
      // The client sends back what it read, including read-only members, with one change.
      const replaced = await okta(path, {
        method: 'PUT',
        json: { ...read, name: { givenName: 'I.', familyName: 'Brock' } },
      });
      expect([replaced.status, replaced.body]).toMatchObject([200, { name: { givenName: 'I.' } }]);
      const activate = (active: boolean) =>
        okta(path, { method: 'PATCH', json: patchOf({ op: 'replace', value: { active } }) });
      for (const active of [false, true]) {
        const answer = await activate(active);
        expect([answer.status, answer.body.active]).toEqual([200, active]);
      }
      const member = { value: made.body.id, display: userName };
      const group = await okta('/Groups', {
        json: { schemas: [GROUP_URN], displayName: 'Okta Group', members: [member] },
      });
      expect([group.status, group.body.members]).toMatchObject([201, [{ value: made.body.id }]]);
      const groupPath = `/Groups/${group.body.id}`;
      const renamed = await okta(groupPath, {
        method: 'PATCH',
        json: patchOf({ op: 'replace', value: { id: group.body.id, displayName: 'Okta Group 2' } }),
      });
      expect([200, 204]).toContain(renamed.status);
      await okta(groupPath, {
        method: 'PATCH',
        json: patchOf(
          { op: 'remove', path: `members[value eq "${made.body.id}"]` },
          { op: 'add', path: 'members', value: [member] },
        ),
      });
      expect((await find(okta, 'Groups', 'displayName eq "Okta Group 2"')).body.Resources[0]?.members).toHaveLength(1);
      expect((await okta(groupPath, { method: 'DELETE' })).status).toBe(204);
      expect((await okta(path, { method: 'DELETE' })).status).toBe(204);
    });

    test.each(['entra', 'entra-legacy'] as const)('Entra ID, preset %s', async (preset) => {
      const entra = await connect(preset);
      const isLegacy = preset === 'entra-legacy';
      const userName = `${preset}.user@example.com`;
      // The connection test searches for a user who cannot exist.
      expect((await find(entra, 'Users', 'userName eq "0c8b1c9e-4a4f-4d0a-8b1c-none"')).body.totalResults).toBe(0);
      const made = await entra('/Users', {
        json: {
          schemas: [
            USER_URN,
            ENTERPRISE_URN,
            ...(isLegacy ? ['http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User'] : []),
          ],
          externalId: `ext-${preset}`,
          userName,
          active: isLegacy ? 'True' : true,
          emails: [{ primary: true, type: 'work', value: userName }],
          meta: { resourceType: 'User' },
          name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
          roles: [],
        },
      });
      expect([made.status, made.body]).toMatchObject([201, { active: true }]);
      const path = `/Users/${made.body.id}`;
      const patch = (...operations: object[]) => entra(path, { method: 'PATCH', json: patchOf(...operations) });
      const changed = await (isLegacy
        ? patch(
            { op: 'Replace', path: 'emails[type eq "work"].value', value: `new.${userName}` },
            { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '555' },
            { op: 'Add', path: `${ENTERPRISE_URN}:department`, value: 'Sales' },
            { op: 'Add', path: `${ENTERPRISE_URN}:manager`, value: [{ $ref: null, value: made.body.id }] },
          )
        : patch({
            op: 'replace',
            value: {
              'emails[type eq "work"].value': `new.${userName}`,
              'phoneNumbers[type eq "mobile"].value': '555',
              'name.familyName': 'updated',
              [`${ENTERPRISE_URN}:department`]: 'Sales',
            },
          }));
      expect([changed.status, changed.body]).toMatchObject([
        200,
        {
          emails: [{ type: 'work', value: `new.${userName}`, primary: true }],
          phoneNumbers: [{ type: 'mobile', value: '555' }],
          [ENTERPRISE_URN]: { department: 'Sales' },
        },
      ]);
      const off = await patch({
        op: isLegacy ? 'Replace' : 'replace',
        path: 'active',
        value: isLegacy ? 'False' : false,
      });
      expect(off.body.active).toBe(false);
      const displayName = `Group ${preset}`;
      const group = await entra('/Groups', {
        json: { schemas: [GROUP_URN], externalId: `g-${preset}`, displayName, meta: { resourceType: 'Group' } },
      });
      expect(group.status).toBe(201);
      const groupPath = `/Groups/${group.body.id}`;
      const change = (...operations: object[]) => entra(groupPath, { method: 'PATCH', json: patchOf(...operations) });
      const expected = isLegacy ? 200 : 204;
      const add = { op: 'Add', path: 'members', value: [{ $ref: null, value: made.body.id }] };
      expect((await change(add)).status).toBe(expected);
      const isMember = `id eq "${group.body.id}" and members eq "${made.body.id}"`;
      expect((await find(entra, 'Groups', isMember)).body.totalResults).toBe(1);
      const remove = isLegacy
        ? { op: 'Remove', path: 'members', value: [{ $ref: null, value: made.body.id }] }
        : { op: 'remove', path: `members[value eq "${made.body.id}"]` };
      expect((await change(remove)).status).toBe(expected);
      expect((await find(entra, 'Groups', isMember)).body.totalResults).toBe(0);
      const rename = { op: 'Replace', value: { id: group.body.id, displayName: `${displayName} 2` } };
      expect((await change(rename)).status).toBe(expected);
      const shown = await entra(`${groupPath}?excludedAttributes=members`);
      expect(shown.body).toMatchObject({ displayName: `${displayName} 2` });
      const same = await entra('/Groups', { json: { schemas: [GROUP_URN], displayName: `${displayName} 2` } });
      expectScimError(same, 409, 'uniqueness');
      expect((await entra(groupPath, { method: 'DELETE' })).status).toBe(204);
      expect((await entra(path, { method: 'DELETE' })).status).toBe(204);
      expectScimError(await entra(path), 404);
    });

    test('a user can read /Me until deactivated; then every sidecar refuses the user', async () => {
      const scope = 'openid offline_access users.read';
      const app = await installation.register(await installation.adminToken(), {
        app_type: 'web',
        declared_scopes: scope.split(' '),
        default_scopes: [],
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [CALLBACK],
      });
      const okta = await connect('okta');
      const visitor = { email: 'mary.okta@example.com', password: 'a password for the SCIM tests' };
      const made = await okta('/Users', {
        json: { schemas: [USER_URN], userName: visitor.email, password: visitor.password },
      });
      expect([made.status, made.text]).toEqual([201, made.text]);
      const party = await openidClient(installation.backendUrl, app);
      const tokens = await signIn(party, scope, new CookieBrowser(installation.backendUrl), visitor);
      const sidecars = [installation.sidecar(0), installation.sidecar(1)];
      const verdicts = () =>
        Promise.all(
          sidecars.map(async (sidecar) => {
            const { valid } = await sidecar.call<{ valid: boolean }>('AuthService', 'ValidateToken', {
              token: tokens.access,
            });
            return valid;
          }),
        );
      await eventually(async () => expect(await verdicts()).toEqual([true, true]));
      const me = scimAt(installation.backendUrl, tokens.access);
      const own = await me('/Me');
      expect([own.status, own.body]).toMatchObject([200, { id: made.body.id, userName: visitor.email }]);
      expect(own.headers.get('location')).toBe(own.body.meta.location);
      expectScimError(await me('/Users'), 403);

      const off = patchOf({ op: 'replace', value: { active: false } });
      expect((await okta(`/Users/${made.body.id}`, { method: 'PATCH', json: off })).status).toBe(200);
      // A sidecar whose data is older than this refuses every request.
      await eventually(async () => expect(await verdicts()).toEqual([false, false]));
      await expect(party.refresh(tokens.refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
      expectScimError(await me('/Me'), 401);
    });

    test('an invalid token gets a SCIM error with status 401, and an oversized body gets one with status 413', async () => {
      const bad = scimAt(installation.backendUrl, `scim_${'a'.repeat(43)}`);
      expectScimError(await bad('/Users'), 401);
      const okta = await connect('okta');
      expectScimError(await okta('/Users', { body: JSON.stringify({ userName: 'x'.repeat(5 * 1024 * 1024) }) }), 413);
    });
  });
