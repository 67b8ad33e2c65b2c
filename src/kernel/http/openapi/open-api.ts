type Decorator = ClassDecorator & MethodDecorator;
/** The package, when it is loaded. */
export type Swagger = typeof import('@nestjs/swagger');
type Apply = (target: object, key: string | symbol | undefined, descriptor: PropertyDescriptor | undefined) => unknown;
type Documenting =
  | 'ApiBearerAuth'
  | 'ApiBody'
  | 'ApiConsumes'
  | 'ApiExcludeEndpoint'
  | 'ApiExtension'
  | 'ApiHeader'
  | 'ApiProduces'
  | 'ApiSecurity'
  | 'ApiTags';

/** The metadata still to be written to classes and handlers, in the order in which their decorators ran. */
const waiting: ((swagger: Swagger) => void)[] = [];

/** A change to a handler that the documents need, and that its calls must not meet. */
interface Meanwhile {
  readonly apply: () => void;
  readonly undo: () => void;
}

const meanwhile: Meanwhile[] = [];

/** Has a change apply while the documents are made, each time. */
export function whileDocumented(change: Meanwhile): void {
  meanwhile.push(change);
}

/**
 * A decorator that documents, of one or more of `@nestjs/swagger`. It acts only when the documents are made
 * ({@link withDocs}): a process that serves needs none of it, and would load a hundred files and describe a hundred
 * schemas at each start.
 */
export function documented(make: (swagger: Swagger) => readonly (ClassDecorator | MethodDecorator)[]): Decorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    // A decorator that comes after this one may put another function in its place.
    const seen = descriptor && { ...descriptor };
    waiting.push((swagger) => {
      for (const decorate of make(swagger) as readonly Apply[]) decorate(target, key, seen);
    });
  };
}

const deferred =
  <Name extends Documenting>(name: Name) =>
  (...args: Parameters<Swagger[Name]>): Decorator =>
    documented((swagger) => [(swagger[name] as (...given: readonly unknown[]) => MethodDecorator)(...args)]);

export const ApiBearerAuth = deferred('ApiBearerAuth');
export const ApiBody = deferred('ApiBody');
export const ApiConsumes = deferred('ApiConsumes');
export const ApiExcludeEndpoint = deferred('ApiExcludeEndpoint');
export const ApiExtension = deferred('ApiExtension');
export const ApiHeader = deferred('ApiHeader');
export const ApiProduces = deferred('ApiProduces');
export const ApiSecurity = deferred('ApiSecurity');
export const ApiTags = deferred('ApiTags');

/** Lets every decorator of the classes loaded so far act, and makes the OpenAPI documents from them. */
export async function withDocs<Documents>(make: () => Promise<Documents>): Promise<Documents> {
  const swagger = await import('@nestjs/swagger');
  for (const write of waiting.splice(0)) write(swagger);
  for (const { apply } of meanwhile) apply();
  try {
    return await make();
  } finally {
    for (const { undo } of meanwhile) undo();
  }
}
