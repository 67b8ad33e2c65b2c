type Decorator = ClassDecorator & MethodDecorator;
/** The `@nestjs/swagger` package, once it is loaded. */
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

/** A change to a handler that is needed to generate the documents but must not affect calls to the handler. */
interface Meanwhile {
  readonly apply: () => void;
  readonly undo: () => void;
}

const meanwhile: Meanwhile[] = [];

/** Applies a change each time the documents are generated, and reverts it afterward. */
export function whileDocumented(change: Meanwhile): void {
  meanwhile.push(change);
}

/**
 * Returns a documenting decorator that combines one or more decorators from `@nestjs/swagger`. It takes effect only when the documents are
 * generated ({@link withDocs}). A process that serves requests does not need the documentation, which would require loading a hundred files
 * and describing a hundred schemas at each startup.
 */
export function documented(make: (swagger: Swagger) => readonly (ClassDecorator | MethodDecorator)[]): Decorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    // A decorator that runs later may replace the function.
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

/** Applies every deferred decorator of the classes loaded so far, and generates the OpenAPI documents from them. */
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
