import type { Handler } from './api.js';
import { postCompile } from './handlers/compile.js';
import { getData, postData } from './handlers/data-read.js';
import { deleteData, patchData, putData } from './handlers/data-write.js';
import { getHealth, getHealthPolicy } from './handlers/health.js';
import { deletePolicy, getPolicy, listPolicies, putPolicy } from './handlers/policies.js';
import { getQuery, postQuery } from './handlers/query.js';
import { getConfig, getIndex, getMetrics, getStatus } from './handlers/status.js';
import { postDataV0, postDefaultDecision } from './handlers/webhook.js';

/** The handlers for requests to a path, and optionally to paths below it. */
export interface Route {
  /** The path without a trailing slash. */
  readonly prefix: string;
  /** The `handler` label in metrics, as in OPA. */
  readonly label: string;
  readonly methods: Readonly<Record<string, Handler>>;
  /** Defines whether the route serves paths below the prefix: `no`, `yes` (in addition to the prefix), or `only`. */
  readonly below: 'no' | 'yes' | 'only';
  /**
   * The response to an unsupported method: OPA's own response does not have a body (`bare`), whereas the response of Go's router has a body
   * that names the methods (`named`).
   */
  readonly refusal: 'bare' | 'named';
  /** True if the authorizer sees the body of a POST (`input.body`). */
  readonly showsBody: boolean;
  /** True if responses can be compressed with gzip. */
  readonly packs: boolean;
}

const DEFAULTS = { below: 'no', refusal: 'named', showsBody: false, packs: false } as const;

const DIAGNOSTIC_ROUTES: readonly Route[] = [
  { ...DEFAULTS, prefix: '/health', label: 'health', methods: { GET: getHealth } },
  { ...DEFAULTS, prefix: '/health', label: 'health', methods: { GET: getHealthPolicy }, below: 'only' },
  { ...DEFAULTS, prefix: '/metrics', label: 'metrics', methods: { GET: getMetrics } },
];

const DATA = { ...DEFAULTS, refusal: 'bare', showsBody: true, packs: true } as const;
const DATA_METHODS = { GET: getData, POST: postData, PUT: putData, PATCH: patchData };

const API_ROUTES: readonly Route[] = [
  { ...DATA, prefix: '/v1/data', label: 'v1/data', methods: DATA_METHODS },
  { ...DATA, prefix: '/v1/data', label: 'v1/data', methods: { ...DATA_METHODS, DELETE: deleteData }, below: 'only' },
  { ...DATA, prefix: '/v0/data', label: 'v0/data', methods: { POST: postDataV0 }, below: 'yes' },
  { ...DEFAULTS, prefix: '/v1/policies', label: 'v1/policies', methods: { GET: listPolicies }, refusal: 'bare' },
  {
    ...DEFAULTS,
    prefix: '/v1/policies',
    label: 'v1/policies',
    methods: { GET: getPolicy, PUT: putPolicy, DELETE: deletePolicy },
    below: 'only',
    refusal: 'bare',
  },
  { ...DATA, prefix: '/v1/query', label: 'v1/query', methods: { GET: getQuery, POST: postQuery }, packs: false },
  { ...DATA, prefix: '/v1/compile', label: 'v1/compile', methods: { POST: postCompile }, below: 'yes' },
  { ...DEFAULTS, prefix: '/v1/config', label: 'v1/config', methods: { GET: getConfig } },
  { ...DEFAULTS, prefix: '/v1/status', label: 'v1/status', methods: { GET: getStatus } },
  { ...DEFAULTS, prefix: '', label: 'index', methods: { GET: getIndex, POST: postDefaultDecision }, showsBody: true },
];

/** Returns the routes of a listener: either all routes, or only the routes that report the state of the server. */
export const routesFor = (kind: 'api' | 'diagnostic'): readonly Route[] =>
  kind === 'api' ? [...API_ROUTES, ...DIAGNOSTIC_ROUTES] : DIAGNOSTIC_ROUTES;

/** Returns the route of a path and the rest of the path after the route's prefix; `null` if there is none. */
export function findRoute(
  routes: readonly Route[],
  path: string,
): { readonly route: Route; readonly rest: string } | null {
  for (const route of routes) {
    const { prefix, below } = route;
    if (!path.startsWith(prefix)) continue;
    const isPrefix = path.length === prefix.length || (prefix === '' && path === '/');
    if (isPrefix ? below !== 'only' : below !== 'no' && path[prefix.length] === '/') {
      return { route, rest: path.slice(prefix.length + 1) };
    }
  }
  return null;
}
