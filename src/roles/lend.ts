/** Nest calls these on every provider of a container; a lent port must not start or stop with its borrower. */
const LIFECYCLE_HOOKS = new Set<PropertyKey>([
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** A port of the core, lent to the container of a surface: the same object without its lifecycle hooks. */
export function lend<T extends object>(port: T): T {
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
