import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { InjectConfig } from '../../kernel/config/inject-config';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { newOpaqueToken, opaqueTokenHash } from '../../kernel/ids/opaque-token';
import { maxEntries } from '../../kernel/memory/max-entries';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import type { AccountRules } from './contract/account-rules.types';
import { deviceName } from './contract/device-name';
import { NoticesPort } from './contract/notices.port';
import type { SessionsPort, StartedSession } from './contract/sessions.port';
import { SignInRequirementsPort } from './contract/sign-in-requirements.port';
import { USERS_TOPIC } from './contract/users.topics';
import type { Session, SignInOrigin, User } from './contract/users.types';
import { emailKey } from './domain/email-key';
import { SignInDevices } from './sign-in/sign-in-devices';
import { originContext } from './sign-in/origin-context';
import { AccountRulesRepository } from './storage/account-rules.repository';
import { SessionsRepository } from './storage/sessions.repository';
import { UsersRepository } from './storage/users.repository';
import { usersConfig, type UsersConfig } from './users.config';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CACHED = 10_000;
/**
 * How long a session is cached: longer than it takes to load a page and make its follow-up requests. If a session ends earlier, the change
 * feed reports it.
 */
const CACHED_MS = 30_000;
const SEEN_EVERY_MS = 60_000;
const USER_AGENT_CHARS = 256;

interface Known {
  readonly session: Session;
  readonly readAtMs: number;
}

@Injectable()
export class SessionsService implements SessionsPort, ChangeSubscriber {
  readonly topics = [USERS_TOPIC];
  /** Active sessions by the hash of their token. Unknown tokens are not cached, because attackers can send any number of them. */
  private readonly known = new LRUCache<string, Known>(maxEntries(CACHED));
  /** Counts changes, so that a row read before a change is not cached after it. */
  private generation = 0;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly tenants: TenantsPort,
    private readonly requirements: SignInRequirementsPort,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly rules: AccountRulesRepository,
    private readonly devices: SignInDevices,
    private readonly notices: NoticesPort,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
  ) {
    feed.register(this);
  }

  async start(
    user: User,
    amr: readonly string[],
    origin: SignInOrigin,
    replaces: Session | null = null,
    stays = false,
  ): Promise<StartedSession> {
    const rules = await this.rules.find(user.tenantId);
    const nowMs = this.clock.nowMs();
    const { token, hash } = newOpaqueToken();
    const goesOn = replaces?.tenantId === user.tenantId && replaces.userId === user.id;
    const times = this.timesOf(rules, nowMs, stays, goesOn ? replaces : null);
    const session: Session = {
      id: goesOn ? replaces.id : newId('ses', nowMs),
      tenantId: user.tenantId,
      userId: user.id,
      authTimeMs: nowMs,
      amr: [...amr],
      createdAtMs: nowMs,
      lastSeenAtMs: nowMs,
      ...times,
      ip: origin.ip,
      userAgent: origin.userAgent.slice(0, USER_AGENT_CHARS),
    };
    const event = auditEvent(
      originContext(origin, user.tenantId, user),
      {
        action: goesOn ? 'session.renew' : 'session.start',
        resourceType: 'session',
        resourceId: session.id,
        metadata: { amr: session.amr },
      },
      nowMs,
    );
    await this.users.inTransaction(user.tenantId, async (tx) => {
      // Locks the user until the commit: a concurrent suspension or password change then finds the session and ends it.
      if (!(await this.users.lockAccount(tx, user))) throw new AppError('forbidden', 'This account is not active.');
      if (!(await this.requirements.areMet(tx, user, amr))) {
        throw new AppError('forbidden', 'This sign-in requires a second factor.');
      }
      await this.repository.put(tx, session, hash, stagedAuditEvent(event));
      // Other processes might have cached the session under its old token.
      if (goesOn) await this.users.publish(tx, user.tenantId, user.id);
      await this.repository.endBeyond(tx, user.tenantId, user.id, rules.maxSessions, nowMs);
    });
    if (replaces && !goesOn)
      await this.end(originContext(origin, replaces.tenantId, { id: replaces.userId }), replaces.id);
    if (goesOn) await this.feed.catchUp();
    const isPersistent = rules.stayDays === null || session.expiresAtMs > nowMs + this.lifetimeMs(rules);
    return {
      session,
      token,
      isPersistent,
      device: this.rememberDevice(user, origin, rules.newDeviceNotices && !goesOn),
    };
  }

  /** Returns the limits of a session. A session that goes on keeps its own end if that is later, because its user chose to stay signed in. */
  private timesOf(
    rules: AccountRules,
    nowMs: number,
    stays: boolean,
    before: Session | null,
  ): Pick<Session, 'expiresAtMs' | 'idleMs'> {
    const ordinaryMs = nowMs + this.lifetimeMs(rules);
    if (rules.stayDays !== null) {
      const untilMs = stays ? nowMs + rules.stayDays * DAY_MS : (before?.expiresAtMs ?? 0);
      if (untilMs > ordinaryMs) return { expiresAtMs: untilMs, idleMs: null };
    }
    return { expiresAtMs: ordinaryMs, idleMs: rules.idleMinutes === null ? null : rules.idleMinutes * MINUTE_MS };
  }

  private lifetimeMs({ sessionMinutes }: AccountRules): number {
    return sessionMinutes === null ? this.config.SESSION_TTL_SECONDS * 1000 : sessionMinutes * MINUTE_MS;
  }

  /** Returns the cookie of the device, and tells the user about a new one if `tells` is true. */
  private rememberDevice(user: User, { device: cookie = '', userAgent, ip }: SignInOrigin, tells: boolean): string {
    const { tenantId, email } = user;
    if (email === null) return cookie;
    const key = emailKey(email);
    const isKnown = this.devices.known(cookie, key)?.tenantIds.includes(tenantId) === true;
    if (tells && !isKnown) this.notices.send(user, { kind: 'new_device', device: deviceName(userAgent) ?? '', ip });
    return this.devices.remember(cookie, { tenantId, emailKey: key });
  }

  async find(token: string): Promise<Session | null> {
    const tokenHash = opaqueTokenHash(token);
    if (tokenHash === null) return null;
    const nowMs = this.clock.nowMs();
    const session = await this.lookUp(tokenHash, nowMs);
    if (!session || isOver(session, nowMs)) return null;
    if ((await this.tenants.find(session.tenantId))?.status !== 'active') return null;
    return nowMs - session.lastSeenAtMs < SEEN_EVERY_MS ? session : this.noteSeen(session, tokenHash, nowMs);
  }

  list(tenantId: string, userId: string): Promise<readonly Session[]> {
    return this.repository.list(tenantId, userId, new Date(this.clock.nowMs()));
  }

  async end(context: CallContext, sessionId: string): Promise<void> {
    const nowMs = this.clock.nowMs();
    const ended = await this.repository.end(requireTenant(context), sessionId, nowMs, (userId) => {
      const action = { action: 'session.end', resourceType: 'session', resourceId: sessionId, metadata: { userId } };
      return stagedAuditEvent(auditEvent(context, action, nowMs));
    });
    if (ended !== null) await this.feed.catchUp();
  }

  async endAll(context: CallContext, userId: string): Promise<void> {
    const tenantId = requireTenant(context);
    const nowMs = this.clock.nowMs();
    await this.users.inTransaction(tenantId, async (tx) => {
      const sessions = await this.repository.endAll(tx, tenantId, userId, nowMs);
      const action = { action: 'session.end', resourceType: 'user', resourceId: userId, metadata: { sessions } };
      await this.repository.record(tx, stagedAuditEvent(auditEvent(context, action, nowMs)));
    });
    await this.feed.catchUp();
  }

  async load(): Promise<void> {
    this.generation++;
    this.known.clear();
  }

  /** Applies a change. Changes to users are rare compared with requests, so scanning the cache is cheaper than a second index. */
  apply(change: Change): void {
    this.generation++;
    for (const [key, { session }] of this.known.entries()) {
      if (session.userId === change.key) this.known.delete(key);
    }
  }

  private async lookUp(tokenHash: Buffer, nowMs: number): Promise<Session | null> {
    const key = tokenHash.toString('base64url');
    const known = this.feed.isFresh() ? this.known.get(key) : undefined;
    if (known && nowMs - known.readAtMs < CACHED_MS) return known.session;
    const { generation } = this;
    const session = await this.repository.findLive(tokenHash, new Date(nowMs));
    if (session && generation === this.generation) this.known.set(key, { session, readAtMs: nowMs });
    return session;
  }

  private async noteSeen(session: Session, tokenHash: Buffer, nowMs: number): Promise<Session> {
    const seen = { ...session, lastSeenAtMs: nowMs };
    const key = tokenHash.toString('base64url');
    const known = this.known.get(key);
    // Updates the cache before the write, so that concurrent requests cause only one write.
    if (known) this.known.set(key, { ...known, session: seen });
    await this.repository.noteSeen(session.tenantId, session.id, new Date(nowMs));
    return seen;
  }
}

/** Returns whether a session has expired, or its browser has not shown a page for too long. */
function isOver({ expiresAtMs, idleMs, lastSeenAtMs }: Session, nowMs: number): boolean {
  return expiresAtMs <= nowMs || (idleMs !== null && lastSeenAtMs + idleMs <= nowMs);
}
