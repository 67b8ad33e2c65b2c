import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import { Client } from 'pg';

/** The texts of the statements of one request, in the order in which they were sent. */
type Statements = string[];

/**
 * What this process asks of PostgreSQL, by the request that it is asked for; and, while {@link isFirstWallDown}, without
 * the tenant that repositories compare: only row security is left then. It lives in the tests alone, as a change of the
 * driver's own `query`.
 */
export class StatementWatch {
  isFirstWallDown = false;
  /** Texts that lost their tenant, as they were. */
  readonly opened = new Set<string>();
  private readonly current = new AsyncLocalStorage<Statements>();
  private readonly original = Reflect.get(Client.prototype, 'query') as (...given: unknown[]) => unknown;
  private readonly byRequest = new Map<string, Statements>();

  constructor() {
    const { original } = this;
    const watch = (given: unknown): unknown => this.watch(given);
    Reflect.set(Client.prototype, 'query', function query(this: Client, given: unknown, ...rest: unknown[]): unknown {
      return Reflect.apply(original, this, [watch(given), ...rest]);
    });
  }

  restore(): void {
    Reflect.set(Client.prototype, 'query', this.original);
  }

  /** From here on the requests of a surface are told apart, by their `X-Request-Id`. */
  follow(server: Server): void {
    const emit = server.emit.bind(server) as (event: string, ...given: unknown[]) => boolean;
    const followed = (event: string, ...given: unknown[]): boolean => {
      if (event !== 'request') return emit(event, ...given);
      const { headers } = given[0] as { readonly headers: Readonly<Record<string, string>> };
      const statements: Statements = [];
      this.byRequest.set(headers['x-request-id'] ?? '', statements);
      return this.current.run(statements, () => emit(event, ...given));
    };
    server.emit = followed as typeof server.emit;
  }

  /** The statements of a request that was answered, which are forgotten by this. */
  take(requestId: string): readonly string[] {
    const statements = this.byRequest.get(requestId) ?? [];
    this.byRequest.delete(requestId);
    return statements;
  }

  /** A statement is a text, a configuration with one, or a submittable that has one. */
  private watch(given: unknown): unknown {
    if (typeof given === 'string') return this.opening(given);
    if (typeof given !== 'object' || given === null || !('text' in given) || typeof given.text !== 'string')
      return given;
    const text = this.opening(given.text);
    if (text === given.text) return given;
    // A connection prepares a name once, with one text.
    const name = 'name' in given && typeof given.name === 'string' ? { name: `${given.name}/open` } : {};
    return Object.assign(given, { text, ...name });
  }

  private opening(text: string): string {
    this.current.getStore()?.push(text);
    if (!this.isFirstWallDown) return text;
    const open = withoutTenant(text);
    if (open !== text) this.opened.add(text);
    return open;
  }
}

/** `tenant_id = $1` by any name of its table, as repositories and TypeORM write it. */
const TENANT_PREDICATE = /(?<!SET )(?:"?\w+"?\.)?"?tenant_id"?\s*(?:=|IS NOT DISTINCT FROM)\s*(\$\d+)(?:::text)?/g;

/** The parameter stays where it is, that its number is still right; that it is there is true of every tenant. */
function withoutTenant(text: string): string {
  return text.replaceAll(TENANT_PREDICATE, '($1::text IS NOT NULL)');
}
