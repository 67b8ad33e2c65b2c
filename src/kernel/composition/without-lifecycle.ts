/** Nest calls these on every provider of a container; what a surface takes from the core must not start or stop with the surface. */
const LIFECYCLE_HOOKS = new Set<PropertyKey>([
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** The same object without its lifecycle hooks, for a second container. */
export function withoutLifecycle<T extends object>(port: T): T {
  // Kept: ports of decisions are called for every request, and binding anew costs more than the rest of this.
  const bound = new WeakMap<object, unknown>();
  return new Proxy(port, {
    get(target, name) {
      if (LIFECYCLE_HOOKS.has(name)) return undefined;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      let method = bound.get(value);
      if (method === undefined) bound.set(value, (method = value.bind(target) as unknown));
      return method;
    },
  });
}
