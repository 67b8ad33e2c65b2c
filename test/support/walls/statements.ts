import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import { Client } from 'pg';

/** The statements of one request, in order. */
type Statements = string[];

/**
 * Records the PostgreSQL statements that this process executes, by request. While {@link isFirstWallDown} is true, removes the
 * repositories' tenant condition, so that only row security remains. Exists only in tests, as a patch of the driver's own `query`.
 */
export class StatementWatch {
  isFirstWallDown = false;
  /** Original statements whose tenant condition was removed. */
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

  /** Tracks the requests of a surface by their `X-Request-Id`. */
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

  /** Returns the statements of a completed request and forgets them. */
  take(requestId: string): readonly string[] {
    const statements = this.byRequest.get(requestId) ?? [];
    this.byRequest.delete(requestId);
    return statements;
  }

  /** Wraps a statement: a string, a configuration object with a statement, or a submittable object with a statement. */
  private watch(given: unknown): unknown {
    if (typeof given === 'string') return this.opening(given);
    if (typeof given !== 'object' || given === null || !('text' in given) || typeof given.text !== 'string')
      return given;
    const text = this.opening(given.text);
    if (text === given.text) return given;
    // A connection prepares each named statement only once, so a name must always have the same text.
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

/** Matches `tenant_id = $1` with any table name, as repositories and TypeORM write it. */
const TENANT_PREDICATE = /(?<!SET )(?:"?\w+"?\.)?"?tenant_id"?\s*(?:=|IS NOT DISTINCT FROM)\s*(\$\d+)(?:::text)?/g;

/** Keeps the parameter, so that the numbering stays correct. The new condition, that the parameter is set, is true for every tenant. */
function withoutTenant(text: string): string {
  return text.replaceAll(TENANT_PREDICATE, '($1::text IS NOT NULL)');
}
