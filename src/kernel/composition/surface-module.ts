import type {
  DynamicModule,
  FactoryProvider,
  INestApplicationContext,
  Provider,
  Type,
  ValueProvider,
} from '@nestjs/common';
import { injectedBy, isInjectable } from '../adapters/nest-metadata';
import { nameOf, type Token } from './ports';
import { specificFirst } from './specific-first';

/** Parts that a surface adds to its controllers. */
export interface SurfaceParts {
  /** Values that belong to the surface and that the core does not have. */
  readonly values: readonly ((ValueProvider | FactoryProvider) & { readonly provide: Token })[];
}

/**
 * Returns the Nest module of a surface: its controllers and their dependencies. A dependency comes from the surface's own values or, if
 * they do not include it, from the core, which the surfaces share. If neither provides it, it is an `@Injectable()` adapter class,
 * instantiated for the surface. Throws if a controller injects any other token.
 */
export function surfaceModule(
  core: Pick<INestApplicationContext, 'get'>,
  controllers: readonly Type[],
  { values }: SurfaceParts,
): DynamicModule {
  const providers: Provider[] = [...values];
  const known = new Set<Token>(values.map(({ provide }) => provide));
  const provideFor = (injecting: Type): void => {
    for (const token of injectedBy(injecting)) {
      if (known.has(token)) continue;
      known.add(token);
      const shared = findIn(core, token);
      if (shared !== null) {
        providers.push({ provide: token, useValue: withoutLifecycle(shared) });
      } else if (isInjectable(token)) {
        providers.push(token);
        provideFor(token);
      } else {
        throw new Error(`${injecting.name} injects ${nameOf(token)}, which no module of this process provides.`);
      }
    }
  };
  for (const controller of controllers) provideFor(controller);
  return { module: SurfaceModule, controllers: [...specificFirst(controllers)], providers };
}

class SurfaceModule {}

function findIn(core: Pick<INestApplicationContext, 'get'>, token: Token): object | null {
  try {
    return core.get<object>(token);
  } catch {
    return null;
  }
}

/** Hooks that Nest calls on every provider of a container. Providers of the core must not start or stop with a surface. */
const LIFECYCLE_HOOKS = new Set<PropertyKey>([
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** Returns the same object without its lifecycle hooks, for a second container. */
function withoutLifecycle<T extends object>(port: T): T {
  // Cached: every request calls decision ports, and binding each time costs more than the rest of this function.
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
