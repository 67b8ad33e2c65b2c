import { RequestMethod, type Type } from '@nestjs/common';
import { pathsOf } from '../../adapters/nest-metadata';
import { type DeclaredRoute, declaredRoutes } from './declared-routes';
import type { ErrorShape } from '../errors/error-shape';
import { PathTable } from './path-table';
import { ROUTE_ACCESS } from './route-access';
import {
  ANY_ORIGIN,
  ENTRY_LIMIT,
  ERRORS,
  FOR_SERVERS,
  type EntryLimitKind,
  HOT_PATH,
  METHOD_OVERRIDE,
  PROXIED,
} from './route-decorators';

/** A route that is handled before Nest. */
export interface HotRoute {
  readonly controller: Type;
  /** The name of the controller method. */
  readonly name: string;
}

/** A path on the public surface whose requests are forwarded to the internal surface. */
export interface ProxiedPath {
  /** Methods to forward; `ALL` for every method. */
  readonly methods: Set<string>;
  /** The start of the public path, which `target` replaces in the internal path. */
  readonly prefix: string;
  readonly target: string;
}

/** The rules that a surface's controllers declare for a path, for code that handles a request before Nest does. */
export interface PathRules {
  readonly template: string;
  /** The limit for unauthenticated callers. */
  entryLimit: EntryLimitKind | null;
  /** The controller whose failures are counted together. */
  readonly controller: Type;
  /** True if a route needs a credential. */
  isGuarded: boolean;
  /** The error format; `null` for the product's own format. */
  errors: ErrorShape | null;
  /** True if browser apps can call the path from every origin. */
  isForAnyOrigin: boolean;
  /** True if pages of other origins cannot call the path. */
  isForServers: boolean;
  /** True if a POST can name a different method in a header. */
  overridesMethod: boolean;
  /** Routes that are handled before Nest, by method. */
  readonly hot: Map<string, HotRoute>;
  proxied: ProxiedPath | null;
}

/**
 * Compiles the rules of a surface's paths from the decorators of its controllers.
 * @param controllers controllers of the surface. @param proxied controllers of the internal surface to which this surface forwards
 * requests.
 */
export function pathRules(controllers: readonly Type[], proxied: readonly Type[] = []): PathTable<PathRules> {
  const table = new PathTable<PathRules>();
  for (const controller of controllers) {
    const routes = declaredRoutes(controller);
    const rules = routes.map((route) => addRoute(table, controller, route, route.template));
    // As in Express, a route for all methods also applies where the more specific routes are for other methods.
    const other = rules.find(({ hot }) => hot.has('ALL'))?.hot.get('ALL');
    if (other) for (const { hot } of rules) hot.set('ALL', other);
  }
  for (const controller of proxied) addProxied(table, controller);
  return table;
}

function addRoute(table: PathTable<PathRules>, controller: Type, route: DeclaredRoute, template: string): PathRules {
  const { handler, name, method } = route;
  const rules = table.at(template, () => ({
    template,
    controller,
    entryLimit: null,
    isGuarded: false,
    errors: null,
    isForAnyOrigin: false,
    isForServers: false,
    overridesMethod: false,
    hot: new Map(),
    proxied: null,
  }));
  rules.entryLimit ??= declared<EntryLimitKind>(ENTRY_LIMIT, controller, handler) ?? null;
  rules.isGuarded ||= typeof Reflect.getMetadata(ROUTE_ACCESS, handler) === 'object';
  rules.errors ??= declared<ErrorShape>(ERRORS, controller, handler) ?? null;
  rules.isForAnyOrigin ||= declared(ANY_ORIGIN, controller, handler) === true;
  rules.isForServers ||= declared(FOR_SERVERS, controller, handler) === true;
  rules.overridesMethod ||= declared(METHOD_OVERRIDE, controller, handler) === true;
  if (Reflect.hasMetadata(HOT_PATH, handler)) rules.hot.set(RequestMethod[method], { controller, name });
  return rules;
}

function addProxied(table: PathTable<PathRules>, controller: Type): void {
  const routes = proxiedRoutes(controller);
  // A controller with a catch-all route handles every method.
  const isOpen = routes.some(({ route }) => route.method === RequestMethod.ALL);
  for (const { route, template, prefix, target } of routes) {
    const rules = addRoute(table, controller, route, template);
    rules.hot.clear();
    rules.proxied ??= { methods: new Set(), prefix, target };
    rules.proxied.methods.add(isOpen ? 'ALL' : RequestMethod[route.method]);
    if (route.method === RequestMethod.GET) rules.proxied.methods.add('HEAD');
  }
}

interface ProxiedRoute extends Pick<ProxiedPath, 'prefix' | 'target'> {
  readonly route: DeclaredRoute;
  /** Path on the public surface. */
  readonly template: string;
}

/** Returns the routes of an internal controller that the public surface also offers. */
export function proxiedRoutes(controller: Type): readonly ProxiedRoute[] {
  const [base = ''] = pathsOf(controller).map((path) => path.replace(/^\/$/, ''));
  return declaredRoutes(controller).flatMap((route) => {
    const publicBase = declared<string>(PROXIED, controller, route.handler);
    if (publicBase === undefined) return [];
    const [prefix, target] = [`/${publicBase || base}`, `/${base}`];
    return [{ route, prefix, target, template: prefix + route.template.slice(target.length) }];
  });
}

/** Returns the metadata of a handler or, if the handler does not have any, of its controller. */
function declared<T>(key: string, controller: Type, handler: object): T | undefined {
  return (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
}
