import { idTimeMs } from '../../../kernel/ids/ids';
import { MARK_KINDS, type MarkKind, type Revocation, type TokenFacts } from '../contract/revocation.types';

interface Mark {
  readonly atMs: number;
  readonly forgetAtMs: number;
}

interface RoleNow {
  readonly role: string;
  readonly forgetAtMs: number;
}

/**
 * Revoked tokens by `jti`, "not before" marks of clients, tenants, users, sessions and grants, and changed roles of users. Each entry stays
 * until it expires.
 */
export class DenyList {
  private readonly tokens = new Map<string, number>();
  /**
   * The marks by kind. Each token is looked up by its client, tenant, user, session and grant, and building a combined key would cost more
   * than the lookup.
   */
  private readonly marks: Readonly<Record<MarkKind, Map<string, Mark>>>;
  private readonly roles = new Map<string, RoleNow>();

  constructor() {
    const kinds = MARK_KINDS.map((kind) => [kind, new Map<string, Mark>()] as const);
    this.marks = Object.fromEntries(kinds) as Record<MarkKind, Map<string, Mark>>;
  }

  /** Adds a revocation. Adding the same revocation again, or an older mark after a newer one, has no effect. */
  add(revocation: Revocation): void {
    if (revocation.kind === 'token') {
      this.tokens.set(revocation.subject, revocation.forgetAtMs);
      return;
    }
    const marks = this.marks[revocation.kind];
    const known = marks.get(revocation.subject);
    if (!known || revocation.lifts === true || known.atMs < revocation.atMs) marks.set(revocation.subject, revocation);
  }

  /** Sets the only role that a user's tokens can have from now on. A later call replaces the role. */
  setRole(userId: string, role: string, forgetAtMs: number): void {
    this.roles.set(userId, { role, forgetAtMs });
  }

  /** Returns true if this token itself is listed, regardless of marks. */
  hasToken(jti: string): boolean {
    return this.tokens.has(jti);
  }

  /**
   * Returns true if a token is revoked: the token or a token on which it depends is listed, it has a role that its user no longer has, or
   * it was issued before a mark. The issue time is the timestamp of the ULID in `jti`, in milliseconds, because `iat` contains only
   * seconds. Any mark covers a `jti` that is not a ULID.
   */
  covers(token: TokenFacts): boolean {
    if (this.tokens.has(token.jti) || this.hasOtherRole(token)) return true;
    if (token.endsWith?.some((jti) => this.tokens.has(jti)) === true) return true;
    const latestMs = this.latestMark(token);
    return latestMs !== Number.NEGATIVE_INFINITY && !(idTimeMs(token.jti) > latestMs);
  }

  private hasOtherRole({ userId, roles }: TokenFacts): boolean {
    if (userId === undefined || roles === undefined) return false;
    const now = this.roles.get(userId);
    return now !== undefined && roles.some((role) => role !== now.role);
  }

  /** Returns the time of the latest mark that applies to the token, in Unix milliseconds, or -Infinity if there is no mark. */
  private latestMark({ clientId, tenantId, userId, sessionId, grantId }: TokenFacts): number {
    let latestMs = Math.max(this.markOf('client', clientId), this.markOf('tenant', tenantId));
    if (userId !== undefined) latestMs = Math.max(latestMs, this.markOf('user', userId));
    if (sessionId !== undefined) latestMs = Math.max(latestMs, this.markOf('session', sessionId));
    if (grantId !== undefined) latestMs = Math.max(latestMs, this.markOf('grant', grantId));
    return latestMs;
  }

  private markOf(kind: MarkKind, subject: string): number {
    return this.marks[kind].get(subject)?.atMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Drops entries that can no longer cover a valid token. */
  forget(nowMs: number): void {
    for (const [jti, forgetAtMs] of this.tokens) if (forgetAtMs < nowMs) this.tokens.delete(jti);
    for (const marks of Object.values(this.marks)) {
      for (const [subject, mark] of marks) if (mark.forgetAtMs < nowMs) marks.delete(subject);
    }
    for (const [userId, { forgetAtMs }] of this.roles) if (forgetAtMs < nowMs) this.roles.delete(userId);
  }

  get size(): number {
    const marks = Object.values(this.marks).reduce((sum, { size }) => sum + size, 0);
    return this.tokens.size + marks + this.roles.size;
  }
}
