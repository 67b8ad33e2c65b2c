import fc from 'fast-check';
import type { FilledTenant } from './fill-tenant';
import type { Operation } from './operations';
import { headersOf, isOpen, kindOf, kindOfPart, NAMELESS, namesOf, OPERATIONS, type Place, placesOf } from './places';
import { bodyArbitrary, withOtherWords } from './random-body';
import type { Twins } from './twins';
import type { WallsRequest } from './walls-world';

/** A request for another tenant's resources, and the same request for nonexistent resources. */
export interface CrossTenantRequest {
  /** The readable name of the operation. */
  readonly name: string;
  /** The resource in its path. Requests that change the same resource have the same value. */
  readonly resource: string;
  /** The caller, and the positions of the names: requests with the same value get the same response. */
  readonly way: string;
  readonly foreign: WallsRequest;
  readonly missing: WallsRequest;
}

const TIERS = ['shared', 'private', 'user'];

/** Random requests from one tenant's callers, with another tenant's ids and names in the path, query, body or headers. */
export class CrossTenantRequests {
  private readonly anyName: fc.Arbitrary<string>;

  constructor(
    private readonly own: FilledTenant,
    private readonly other: FilledTenant,
    private readonly twins: Twins,
  ) {
    const { tokens: _tokens, ...names } = other.handles;
    this.anyName = fc.constantFrom(...Object.values(names).flat());
  }

  sample(count: number, seed: number): readonly CrossTenantRequest[] {
    const each = fc.constantFrom(...OPERATIONS).chain((operation) => this.requestOf(operation));
    // A few more than needed: a position for a name can still contain a plain word.
    const drawn = fc.sample(each, { numRuns: Math.ceil(count * 1.4), seed });
    return drawn.filter(({ foreign }) => this.names(foreign)).slice(0, count);
  }

  /** Returns each of the other tenant's writes once, with its own idempotency key. */
  repeated(): readonly CrossTenantRequest[] {
    const { own, other, twins } = this;
    return other.keyed.map((made) => {
      const headers = { ...made.headers, authorization: `Bearer ${own.callers[0]}` };
      const foreign = { ...made, headers, body: made.body.replaceAll(other.secret, 'own-word') };
      const key = twins.of(made.headers['idempotency-key'] ?? '');
      const missing = { ...foreign, headers: { ...headers, 'idempotency-key': key }, body: twins.of(foreign.body) };
      return { ...namesOf({ ...made, path: made.target }), way: 'repeated', foreign, missing };
    });
  }

  /** Returns each caller's requests without names. Their responses contain the caller's own resources. */
  nameless(): readonly CrossTenantRequest[] {
    return NAMELESS.flatMap((operation) =>
      this.own.callers.map((token) => {
        const { surface, method, path: target } = operation;
        const request = { surface, method, target, headers: headersOf(operation, `Bearer ${token}`), body: '' };
        return { ...namesOf(operation), way: 'nameless', foreign: request, missing: request };
      }),
    );
  }

  private names({ target, body }: WallsRequest): boolean {
    return this.twins.isIn(decodeURIComponent(target)) || this.twins.isIn(body) || target.includes('cursor=');
  }

  private requestOf(operation: Operation): fc.Arbitrary<CrossTenantRequest> {
    const caller = operation.isPublic
      ? fc.constant(null)
      : fc.constantFrom(...this.own.callers.map((token) => `Bearer ${token}`));
    const place = fc.constantFrom(...placesOf(operation));
    return fc.tuple(caller, place).chain(([token, chosen]) => {
      const parts = fc.record({
        path: this.pathOf(operation, chosen),
        query: this.queryOf(operation, chosen),
        body: this.bodyOf(operation, chosen),
      });
      return parts.map(({ path, query, body }) => {
        const target = (given: string, parameters: readonly (readonly [string, string])[]): string =>
          given +
          (parameters.length === 0 ? '' : `?${new URLSearchParams(parameters.map(([n, v]) => [n, v])).toString()}`);
        const common = { surface: operation.surface, method: operation.method };
        const headers = headersOf(
          operation,
          /oauth\/(token|introspect|revoke)$/.test(operation.path) ? this.own.basic : token,
        );
        const twin = (text: string): string => withOtherWords(this.twins.of(text));
        return {
          ...namesOf(operation),
          way: `${token ?? ''} ${chosen}`,
          foreign: { ...common, target: target(encoded(path), query), headers, body },
          missing: {
            ...common,
            headers,
            target: target(
              encoded(path.map(twin)),
              query.map(([name, value]) => [name, twin(value)]),
            ),
            body: twin(body),
          },
        };
      });
    });
  }

  /** Returns the segments of a path, at least one of them foreign if the path is the chosen position. */
  private pathOf({ path }: Operation, place: Place): fc.Arbitrary<readonly string[]> {
    const parts = path.split('/');
    const named = parts.filter((part) => part.startsWith('{') && part !== '{tier}');
    return fc.nat({ max: Math.max(0, named.length - 1) }).chain((first) =>
      fc.tuple(
        ...parts.map((part, index) => {
          if (part === '{tier}') return fc.constantFrom(...TIERS);
          if (!part.startsWith('{')) return fc.constant(part);
          const kind = kindOfPart(parts, index);
          const isForeign = place === 'path' && (named.indexOf(part) === first || part !== '{id}');
          return isForeign ? this.foreign(kind) : fc.constant(this.own.spare[kind] ?? 'none');
        }),
      ),
    );
  }

  private queryOf({ parameters, path }: Operation, place: Place): fc.Arbitrary<readonly (readonly [string, string])[]> {
    const own = (name: string, required: boolean | undefined): fc.Arbitrary<string> | null => {
      if (name === 'tier') return fc.constantFrom(...TIERS);
      return required === true && place !== 'query' ? fc.constant(this.own.spare[kindOf(name)] ?? 'x') : null;
    };
    const taken = parameters.filter(({ in: where }) => where === 'query');
    const open = taken.filter(({ schema }) => isOpen(schema));
    const pick = open.length === 0 ? fc.constant('') : fc.constantFrom(...open.map(({ name }) => name));
    return (place === 'query' ? pick : fc.constant('')).chain((chosen) => {
      const values = taken.flatMap(({ name, required }) => {
        if (name === chosen) return [fc.tuple(fc.constant(name), this.parameter(name, path))];
        const value = own(name, required);
        return value === null ? [] : [fc.tuple(fc.constant(name), value)];
      });
      return fc.tuple(...values);
    });
  }

  private parameter(name: string, path: string): fc.Arbitrary<string> {
    const cursor = this.other.cursors[path];
    if (name === 'cursor')
      return fc.constantFrom(...(cursor === undefined ? Object.values(this.other.cursors) : [cursor]));
    return this.foreign(kindOf(name));
  }

  private bodyOf({ body, path }: Operation, place: Place): fc.Arbitrary<string> {
    if (body === null) return fc.constant('');
    // At other endpoints, whoever has a token is its bearer.
    const judgesTokens = /(introspect|revoke|authorize)$/.test(path);
    const names = (member: string): fc.Arbitrary<string> =>
      place === 'body'
        ? this.foreign(judgesTokens && member === 'token' ? 'tokens' : kindOf(member))
        : fc.constant('own-word');
    if (body.type === 'application/x-www-form-urlencoded' && body.schema.properties) {
      return bodyArbitrary(body.schema, names).map((value) =>
        new URLSearchParams(Object.entries(value as object).map(([n, v]) => [n, String(v)])).toString(),
      );
    }
    if (body.type !== 'application/json' || body.schema.format === 'binary') return names('name');
    return bodyArbitrary(body.schema, names).map((value) => JSON.stringify(value));
  }

  /** Returns a name of this kind of resource in most cases, otherwise a name of any kind. */
  private foreign(kind: string): fc.Arbitrary<string> {
    const known = this.other.handles[kind];
    if (known === undefined) return this.anyName;
    return fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 3 }, { arbitrary: this.anyName, weight: 1 });
  }
}

const encoded = (path: readonly string[]): string => encodeURIComponent(path.join('/')).replaceAll('%2F', '/');
