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
  return new Proxy(port, {
    get(target, name) {
      if (LIFECYCLE_HOOKS.has(name)) return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
