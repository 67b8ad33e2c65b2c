import { CpodClient } from './client.js';
import type { NewAuditEvent } from './generated/schemas.js';
import type { Fetch } from './http/middleware.js';
import { type Answer, failure, type MemoryRequest, requestOf, responseOf } from './testing/exchange.js';
import { MemoryStore, type SkillStandIn } from './testing/store.js';
import { ROUTES } from './testing/routes.js';

export type { Answer, MemoryRequest } from './testing/exchange.js';
export type { SkillStandIn } from './testing/store.js';

/** A recorded call to the test double. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  /** The policy action; empty for OAuth calls. */
  readonly action: string;
  readonly allowed: boolean;
}

const TOKEN = 'memory-token';
const ISSUER = 'http://localhost';

/**
 * An in-memory backend for testing code that uses the SDK: `cpod.client` is a real client whose calls this class handles. It fails closed
 * like the real backend: 403 for anything not allowed, 404 for anything missing, 501 for an unknown call, and 503 for everything during an
 * outage.
 */
export class MemoryCpod {
  readonly client: CpodClient;
  /** All calls, in order. */
  readonly calls: RecordedCall[] = [];
  /** A `fetch` for your own clients. */
  readonly fetch: Fetch = (input, init) => this.exchange(input, init);

  private readonly store = new MemoryStore();
  private readonly allowed: { readonly action: RegExp; readonly resource: RegExp }[] = [];
  private readonly answers: { readonly method: string; readonly path: RegExp; readonly answer: Answering }[] = [];
  private isOut = false;

  constructor() {
    this.client = CpodClient.fromToken(TOKEN, { baseUrl: ISSUER, fetch: this.fetch, maxRetries: 0 });
  }

  /**
   * Allows an action of the backend or the app, as the tenant's policy would: `file.put`, `invoice.*`, `*`.
   * @param resource such as `invoice/42`, `file/*`; all resources by default.
   */
  allow(action: string, resource = '*'): this {
    this.allowed.push({ action: patternOf(action), resource: patternOf(resource) });
    return this;
  }

  /** Revokes everything that was allowed. */
  denyAll(): this {
    this.allowed.length = 0;
    return this;
  }

  /** Starts or ends an outage, during which every call gets 503. */
  outage(isOut = true): this {
    this.isOut = isOut;
    return this;
  }

  /**
   * Sets the claims of a caller's token. Any token without claims is invalid. As for real tokens, `iss` and `aud` are the issuer by
   * default; set `aud` for a token for a different resource.
   */
  setToken(token: string, claims: Readonly<Record<string, unknown>>): this {
    this.store.tokens.set(token, { iss: ISSUER, aud: ISSUER, ...claims });
    return this;
  }

  setSecret(name: string, value: string): this {
    this.store.secrets.set(name, value);
    return this;
  }

  setFlag(key: string, value: unknown): this {
    this.store.flags.set(key, value);
    return this;
  }

  /** Sets the function that runs for a skill. If it throws an error, the job fails. */
  setSkill(name: string, standIn: SkillStandIn): this {
    this.store.skills.set(name, standIn);
    return this;
  }

  /**
   * Defines the response to calls that the double does not support, or overrides the double's own response. `path` can contain `*` for one
   * segment.
   */
  answer(method: string, path: string, answer: Answering): this {
    this.answers.unshift({ method, path: patternOf(path, '[^/]+'), answer });
    return this;
  }

  /** The events written to the audit log. */
  get auditEvents(): readonly NewAuditEvent[] {
    return this.store.auditEvents;
  }

  /** Returns the content of a file as text; `null` if it does not exist. */
  fileText(tier: string, path: string): string | null {
    const file = this.store.files.get(`${tier}/${path}`);
    return file ? new TextDecoder().decode(file.bytes) : null;
  }

  private async exchange(input: string, init: RequestInit): Promise<Response> {
    init.signal?.throwIfAborted();
    const request = await requestOf(input, init);
    return responseOf(await this.answerTo(request));
  }

  private async answerTo(request: MemoryRequest): Promise<Answer> {
    const { method, path } = request;
    const own = this.answers.find((one) => one.method === method && one.path.test(path));
    const route = ROUTES.find((one) => one.method === method && one.path.test(path));
    const action = own ? '' : (route?.action ?? '');
    const parts = route?.path.exec(path)?.slice(1).map(decodeURIComponent) ?? [];
    const isAsked = action !== '';
    const isIn = !this.isOut && (!isAsked || this.isAllowed(action, `${action.split('.')[0]}/${parts.join('/')}`));
    this.calls.push({ method, path, action, allowed: isIn });
    if (this.isOut) return failure(503, 'unavailable', 'The test double simulates an outage.');
    if (own) return own.answer(request);
    if (!route) return failure(501, 'not_implemented', `The double does not support ${method} ${path}: use answer().`);
    if (!isIn) return failure(403, 'forbidden', `${action} was not allowed: use allow().`);
    return route.answer({ request, parts, store: this.store, isAllowed: (a, r) => this.isAllowed(a, r) });
  }

  private isAllowed(action: string, resource: string): boolean {
    return this.allowed.some((one) => one.action.test(action) && one.resource.test(resource));
  }
}

type Answering = (request: MemoryRequest) => Answer | Promise<Answer>;

function patternOf(text: string, any = '.*'): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(any)}$`);
}
