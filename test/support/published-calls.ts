import { field, message, type ReadMessage, text } from './wire-bytes';

/** Sends a request of `coresdk.v1`. Rejects with the status if the client would see an outage. */
export type Send = (path: string, request: Uint8Array) => Promise<ReadMessage>;

/** An agent to delegate to. If `ttlSeconds` is omitted, the delegation lasts for the maximum time. */
export interface Delegation {
  readonly parentToken: string;
  readonly targetService: string;
  readonly scopes: readonly string[];
  readonly ttlSeconds?: number;
}

/** The response to a request for a token; a refusal if it does not contain a token. */
export interface Minted {
  readonly token: string;
  readonly expiresIn: number;
  readonly chain: unknown;
}

export interface EntitlementAnswer {
  readonly entitled: boolean;
  readonly numericValue: number;
  readonly expiresAt: number;
  readonly plan: string;
}

export interface SamlAnswer {
  readonly valid: boolean;
  readonly userId: string;
  readonly email: string;
  readonly groups: readonly string[];
}

/** The caller of each method of {@link PublishedCalls} (wire contract §2.2). */
export const CALLERS = {
  mintAgentToken: ['TypeScript', 'Python'],
  checkEgress: ['TypeScript', 'Python', 'Go'],
  checkEntitlement: ['TypeScript', 'Python', 'Go', 'Java'],
} as const;

/**
 * The requests of the published clients that all clients send in the same layout, or that only one client sends: the
 * undeclared messages (wire contract §2.4), entitlements, and Python-only calls.
 */
export class PublishedCalls {
  constructor(
    readonly name: string,
    private readonly send: Send,
    private readonly tenant: string,
  ) {}

  async mintAgentToken({ parentToken, targetService, scopes, ttlSeconds = 0 }: Delegation): Promise<Minted> {
    const request = message(
      field(1, parentToken),
      field(2, targetService),
      ...scopes.map((scope) => field(3, scope)),
      // Clients cap the value themselves, and omit 0.
      ...(ttlSeconds === 0 ? [] : [field(4, Math.min(ttlSeconds, 300))]),
      text(5, this.tenant),
    );
    const answer = await this.send('AuthService/MintAgentToken', request);
    const chain = answer.text(3);
    return {
      token: answer.text(1),
      expiresIn: answer.number(2),
      chain: chain === '' ? [] : (JSON.parse(chain) as unknown),
    };
  }

  async checkEgress(url: string): Promise<{ allowed: boolean; reason: string }> {
    const service = this.name === 'Python' ? '' : 'shop';
    const request = message(field(1, url), text(2, this.tenant), text(3, service));
    const answer = await this.send('EgressService/CheckEgress', request);
    return { allowed: answer.bool(1), reason: answer.text(2) };
  }

  /** Reads the response as Python and Java do. TypeScript and Go look for strings in fields 2 and 3, and trust only field 1. */
  async checkEntitlement(key: string): Promise<EntitlementAnswer> {
    const request = message(field(1, key), text(2, this.tenant));
    const answer = await this.send('LicenseService/CheckEntitlement', request);
    return {
      entitled: answer.bool(1),
      numericValue: answer.number(2),
      expiresAt: answer.number(3),
      plan: answer.text(4),
    };
  }

  /**
   * Returns the values, or `null` if there is no snapshot.
   * @param spelling the form in which to send the tenant: a TenantContext, or a bare string, as in Python's other calls (§2.5).
   */
  async getConfig(spelling: 'message' | 'text'): Promise<Record<string, string> | null> {
    const tenant = spelling === 'text' ? this.tenant : field(1, this.tenant);
    const answer = await this.send('ConfigService/GetConfig', field(1, tenant));
    const [snapshot] = answer.messages(1);
    if (!snapshot) return null;
    return Object.fromEntries(snapshot.messages(2).map((entry) => [entry.text(1), entry.text(2)]));
  }

  /** Returns the id of the tenant; empty if there is none. */
  async resolveTenant(token: string, hint: string): Promise<string> {
    const answer = await this.send('TenantService/ResolveTenant', message(field(1, token), text(2, hint)));
    return answer.messages(1)[0]?.text(1) ?? '';
  }

  async isIsolated(requesting: string, resource: string): Promise<boolean> {
    const request = message(text(1, requesting), text(2, resource));
    return (await this.send('TenantService/ValidateIsolation', request)).bool(1);
  }

  async getJwks(): Promise<{ readonly keys: readonly Readonly<Record<string, string>>[] }> {
    const answer = await this.send('AuthService/GetJwks', new Uint8Array());
    return JSON.parse(answer.text(1)) as { keys: Record<string, string>[] };
  }

  async validateSaml(assertion: string, entityId: string): Promise<SamlAnswer> {
    const request = message(field(1, assertion), field(2, entityId), text(3, this.tenant));
    const answer = await this.send('AuthService/ValidateSAMLAssertion', request);
    return { valid: answer.bool(1), userId: answer.text(2), email: answer.text(3), groups: answer.texts(4) };
  }

  /** Returns the masked JSON. The client interprets an empty response as `{}`. */
  async mask(
    value: unknown,
    extraFields: readonly string[] = [],
    extraPatterns: readonly string[] = [],
  ): Promise<unknown> {
    const request = message(
      field(1, JSON.stringify(value)),
      ...extraFields.map((name) => field(2, name)),
      ...extraPatterns.map((pattern) => field(3, pattern)),
    );
    const masked = (await this.send('MaskingService/Mask', request)).text(1);
    return JSON.parse(masked === '' ? '{}' : masked) as unknown;
  }

  /** Returns the masked text. If the response is empty, the client returns the original text (§2.3). */
  async maskString(value: string, extraPatterns: readonly string[] = []): Promise<string> {
    const request = message(field(1, value), ...extraPatterns.map((pattern) => field(2, pattern)));
    const masked = (await this.send('MaskingService/MaskString', request)).text(1);
    return masked === '' ? value : masked;
  }
}
