import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { unfitPassword } from '../../src/modules/users/domain/password-rules';
import { createRestSurface, type RestSurface } from '../../src/kernel/http/rest-surface';
import { createLogger } from '../../src/kernel/telemetry/logger';
import { Clock } from '../../src/kernel/time/clock';
import { UpstreamSignInPort } from '../../src/modules/connections/contract/upstream-sign-in.port';
import { AuthorizationPort } from '../../src/modules/oauth/contract/authorization.port';
import type {
  AuthorizationRequest,
  AuthorizationStep,
  ClientDisplay,
  ConsentDecision,
  LogoutStep,
} from '../../src/modules/oauth/contract/authorization.types';
import { PageSettings } from '../../src/kernel/pages/page-settings';
import { signInPagesManifest } from '../../src/modules/sign-in-pages/sign-in-pages.manifest';
import { FactorsPort } from '../../src/modules/factors/contract/factors.port';
import { OneTimeCodesPort } from '../../src/modules/factors/contract/one-time-codes.port';
import { PasskeysPort } from '../../src/modules/factors/contract/passkeys.port';
import { MailboxPort } from '../../src/modules/users/contract/mailbox.port';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { EmailCodesPort } from '../../src/modules/users/contract/email-codes.port';
import { SignInOptionsPort } from '../../src/modules/users/contract/sign-in-options.port';
import { AccountRulesPort } from '../../src/modules/users/contract/account-rules.port';
import { AccountsPort } from '../../src/modules/users/contract/accounts.port';
import { EmailChangesPort } from '../../src/modules/users/contract/email-changes.port';
import { SignUpPort } from '../../src/modules/users/contract/sign-up.port';
import { PasswordsPort } from '../../src/modules/users/contract/passwords.port';
import { SessionsPort } from '../../src/modules/users/contract/sessions.port';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import { GrantsPort } from '../../src/modules/oauth/contract/grants.port';
import { OwnAccountPort } from '../../src/modules/users/contract/own-account.port';
import { SignInPort } from '../../src/modules/users/contract/sign-in.port';
import type { AddressedUser, Session, SignInOutcome } from '../../src/modules/users/contract/users.types';
import { controllersOf } from '../../src/roles/hosting';
import { surfaceModule } from '../../src/kernel/composition/surface-module';
import { freePorts } from './free-ports';

export const TENANT = { id: 'tnt-north', name: 'Nordwind Logistik', logoUri: null, color: '#0f766e' };
export const APP_URL = 'https://crm.example.com';
export const PASSWORD = 'correct horse battery';
/** A password that is known from a data breach. */
export const BREACHED_PASSWORD = 'password of a breach';
export const LINK_TOKEN = 'link-token-0123456789';

const CLIENT: ClientDisplay = {
  clientId: 'app-crm',
  name: 'Harbor CRM',
  logoUri: null,
  policyUri: `${APP_URL}/privacy`,
  firstParty: false,
  destination: 'crm.example.com',
  tenantId: TENANT.id,
};

export const USER: AddressedUser = {
  id: 'usr-ada',
  tenantId: TENANT.id,
  email: 'ada@nordwind.example',
  emailVerified: true,
  displayName: 'Ada Petersen',
  avatarUrl: null,
  role: 'member',
  status: 'active',
  locale: null,
  createdAtMs: 0,
  credentialVersion: 0,
  updatedAtMs: 0,
};

/** The requests to the ports behind the pages. */
export interface Asked {
  readonly consents: ConsentDecision[];
  readonly signIns: { readonly tenantId: string; readonly email: string }[];
  /** The device cookies sent with attempts; an empty string for an attempt without a cookie. */
  readonly devices: string[];
  readonly ended: string[];
  readonly links: { readonly email: string; readonly locale: string }[];
  readonly passwords: string[];
}

/** The sign-in pages on a separate surface, with fake ports that a test can inspect. The protocol and the users are not under test. */
export interface FakeSignIn {
  readonly url: string;
  readonly asked: Asked;
  readonly clock: { nowMs: number };
  /** Makes the sign-in port throttle attempts for this many seconds; with `null`, the port accepts attempts again. */
  throttle: (seconds: number | null) => void;
  close: () => Promise<void>;
}

/** @param options.https true if the pages assume an https proxy. */
export async function openFakeSignIn(options: { https?: boolean } = {}): Promise<FakeSignIn> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const asked: Asked = { consents: [], signIns: [], devices: [], ended: [], links: [], passwords: [] };
  const time = { nowMs: Date.now() };
  let throttledSeconds: number | null = null;
  const sessions = new Map<string, Session>();
  const agreed = new Set<string>();

  const step = (request: AuthorizationRequest, decision: ConsentDecision | null): AuthorizationStep => {
    const query = new Map(request.parameters);
    const uiLocales = (query.get('ui_locales') ?? '').split(' ').filter(Boolean);
    if (query.get('client_id') !== CLIENT.clientId) {
      return { step: 'error', error: 'invalid_client', description: 'There is no such client.' };
    }
    const redirectUri = query.get('redirect_uri') ?? '';
    if (new URL(redirectUri).origin !== APP_URL) {
      return { step: 'error', error: 'invalid_request', description: 'The redirect_uri is not registered.' };
    }
    const { session } = request;
    const isFresh =
      query.get('prompt') !== 'login' ||
      (request.signInAskedAtMs !== null && (session?.authTimeMs ?? 0) >= request.signInAskedAtMs);
    if (session === null || !isFresh) {
      return {
        step: 'sign_in',
        client: CLIENT,
        loginHint: query.get('login_hint') ?? '',
        passkeys: true,
        isSignUp: false,
        uiLocales,
      };
    }
    if (decision?.allow === false) return { step: 'redirect', location: `${redirectUri}?error=access_denied` };
    if (decision === null && !agreed.has(session.userId)) {
      const scopes = [
        { name: 'openid', description: '' },
        { name: 'email', description: '' },
        { name: 'contacts.read', description: 'Read your contacts and the notes on them' },
        { name: 'offline_access', description: '' },
      ];
      const shown = { scopes, resources: ['https://api.example.com'], shown: 'shown-1', canRemember: true };
      return { step: 'consent', client: CLIENT, user: USER, ...shown, uiLocales };
    }
    if (decision?.remember === true) agreed.add(session.userId);
    if (query.get('response_mode') === 'form_post') {
      return { step: 'form_post', action: redirectUri, fields: { code: 'ac_1', state: query.get('state') ?? '' } };
    }
    return { step: 'redirect', location: `${redirectUri}?code=ac_1` };
  };

  const authorization: AuthorizationPort = {
    authorize: (request) => Promise.resolve(step(request, null)),
    consent: (request, decision) => {
      asked.consents.push(decision);
      return Promise.resolve(step(request, decision));
    },
    endSession: (request, confirmed): Promise<LogoutStep> => {
      if (!confirmed) return Promise.resolve({ step: 'confirm', client: CLIENT, uiLocales: [] });
      asked.ended.push(request.session?.id ?? '');
      return Promise.resolve({ step: 'signed_out', uiLocales: [] });
    },
  };
  const outcomeOf = (email: string, password: string): SignInOutcome => {
    if (throttledSeconds !== null) return { outcome: 'throttled', retryAfterSeconds: throttledSeconds };
    const fits = email === USER.email && password === PASSWORD;
    return fits ? { outcome: 'signed_in', user: USER, amr: ['pwd'] } : { outcome: 'refused' };
  };
  const signIn: SignInPort = {
    withPassword: (tenantId, email, password, { device = '' }) => {
      asked.signIns.push({ tenantId, email });
      asked.devices.push(device);
      return Promise.resolve(outcomeOf(email, password));
    },
    proveForLink: (tenantId, { email, password }) => {
      asked.signIns.push({ tenantId, email });
      return Promise.resolve(outcomeOf(email, password));
    },
    withEmailCode: () => Promise.resolve({ outcome: 'refused' }),
    anywhere: (email, password) => Promise.resolve(outcomeOf(email, password)),
  };
  const sessionsPort: Pick<SessionsPort, 'start' | 'find'> = {
    start: (user, amr, { ip, userAgent }) => {
      const token = randomBytes(32).toString('base64url');
      const { nowMs } = time;
      const times = { authTimeMs: nowMs, createdAtMs: nowMs, lastSeenAtMs: nowMs, expiresAtMs: nowMs + 43_200_000 };
      const session = {
        id: `ses-${sessions.size}`,
        tenantId: user.tenantId,
        userId: user.id,
        amr,
        ip,
        userAgent,
        idleMs: null,
      };
      sessions.set(token, { ...session, ...times });
      return Promise.resolve({ session: { ...session, ...times }, token, device: 'device-1', isPersistent: true });
    },
    find: (token) => Promise.resolve(sessions.get(token) ?? null),
  };
  const passwords: Pick<PasswordsPort, 'requestLink' | 'inspect' | 'redeem'> = {
    requestLink: (_tenantId, email, locale) => {
      asked.links.push({ email, locale });
      return Promise.resolve();
    },
    inspect: (token) =>
      Promise.resolve(token === LINK_TOKEN ? { tenantId: TENANT.id, email: USER.email, passwordMinLength: 12 } : null),
    redeem: (token, password) => {
      if (password === BREACHED_PASSWORD) {
        return Promise.reject(unfitPassword('breached', 'This password appeared in a data breach.'));
      }
      asked.passwords.push(password);
      return Promise.resolve(token === LINK_TOKEN);
    },
  };
  const tenants = { find: (id: string) => Promise.resolve(id === TENANT.id ? TENANT : null) };

  const factors: Pick<FactorsPort, 'remaining'> = { remaining: () => Promise.resolve({ step: 'none' }) };
  const passkeys: Pick<PasskeysPort, 'newChallenge' | 'requestOptions'> = {
    newChallenge: () => 'challenge',
    requestOptions: () => Promise.resolve({}),
  };

  const ports = new Map<unknown, object>([
    [FactorsPort, factors],
    [PasskeysPort, passkeys],
    [OneTimeCodesPort, {}],
    [OwnAccountPort, {}],
    [GrantsPort, {}],
    [UsersPort, {}],
    [AuthorizationPort, authorization],
    [SignInPort, signIn],
    [SessionsPort, sessionsPort],
    [PasswordsPort, passwords],
    [SignUpPort, { offer: () => Promise.resolve(null) }],
    [EmailCodesPort, {}],
    [EmailChangesPort, {}],
    [AccountsPort, {}],
    [AccountRulesPort, {}],
    [SignInOptionsPort, { find: () => Promise.resolve({ signUp: false, emailCodes: false, stayDays: null }) }],
    [TenantsPort, tenants],
    [UpstreamSignInPort, { providers: async () => [], home: async () => null }],
    [MailboxPort, { list: async () => null } satisfies MailboxPort],
  ]);
  const surface = await openSurface(ports, {
    issuerUrl: options.https === true ? url.replace('http:', 'https:') : url,
    clock: { nowMs: () => time.nowMs },
  });
  await surface.app.listen(port ?? 0, '127.0.0.1');
  return {
    url,
    asked,
    clock: time,
    throttle: (seconds) => {
      throttledSeconds = seconds;
    },
    close: () => surface.close(),
  };
}

/** @param ports the ports of the core that the pages call. */
async function openSurface(
  ports: ReadonlyMap<unknown, object>,
  { issuerUrl, clock }: { readonly issuerUrl: string; readonly clock: Clock },
): Promise<RestSurface> {
  const logger = createLogger('silent', 'test');
  const core = {
    get: (token: unknown) => {
      const port = ports.get(token);
      if (port === undefined) throw new Error('There is no such port here.');
      return port;
    },
  } as Pick<INestApplicationContext, 'get'>;
  const module = surfaceModule(core, await controllersOf('internal', [signInPagesManifest]), {
    values: [
      { provide: Clock, useValue: clock },
      { provide: PageSettings, useValue: new PageSettings(issuerUrl, Buffer.alloc(32, 7), logger) },
    ],
  });
  return createRestSurface(module, {
    name: 'control-plane',
    logger,
    isHttps: false,
    trustedProxies: new Set(),
    front: [],
    guards: [],
    interceptors: [],
  });
}
