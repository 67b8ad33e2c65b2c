import type { OpenAPIObject } from '@nestjs/swagger';

export type OpenApiDocument = OpenAPIObject;
export type Paths = OpenAPIObject['paths'];
export type Operation = NonNullable<Paths[string]['get']>;
export type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The methods that a document describes. */
export const METHODS = ['get', 'head', 'options', 'put', 'post', 'delete', 'patch'] as const;

/** Returns every operation of a document, with its path and method. */
export function operationsOf(
  paths: Paths,
): readonly { readonly path: string; readonly method: (typeof METHODS)[number]; readonly operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}
