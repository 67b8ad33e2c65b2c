import { readFileSync } from 'node:fs';
import { openApiFile } from '../../src/roles/openapi/openapi';

/** The second part of an id that does not exist. */
export const ULID = '01jd00000000000000000000zz';
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface Described {
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly example?: unknown }>> };
}

/** A guarded operation of a surface: its caller is verified. */
export interface Operation {
  readonly surface: 'backend' | 'controlPlane';
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Content types of its body; empty if it does not accept a body. */
  readonly bodies: readonly string[];
  /** The example of its JSON body in the document; `undefined` if there is no example. */
  readonly example: unknown;
}

/** Returns every guarded operation of a document, so that tests include new routes automatically. */
function operationsOf(role: 'backend' | 'control-plane', surface: Operation['surface']): Operation[] {
  const { paths } = JSON.parse(readFileSync(openApiFile(role), 'utf8')) as {
    readonly paths: Readonly<Record<string, Partial<Record<(typeof METHODS)[number], Described>>>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const { security, parameters = [], requestBody } = item[method] ?? {};
      if (!security?.some((scheme) => 'bearer' in scheme)) return [];
      const content = requestBody?.content ?? {};
      return [
        {
          surface,
          method: method.toUpperCase(),
          path,
          parameters,
          bodies: Object.keys(content),
          example: content['application/json']?.example,
        },
      ];
    }),
  );
}

export const OPERATIONS: readonly Operation[] = [
  ...operationsOf('backend', 'backend'),
  ...operationsOf('control-plane', 'controlPlane'),
];
export const nameOf = ({ surface, method, path }: Operation): string => `${surface} ${method} ${path}`;

/** Returns a value for a path parameter that does not name an existing resource. */
export function missing(path: string, name: string): string {
  const before = path.slice(0, path.indexOf(`{${name}}`));
  for (const [part, id] of [
    ['/projects/', `prj-${ULID}`],
    ['/groups/', `grp-${ULID}`],
    ['/grants/', `sgr-${ULID}`],
    ['/sinks/', `snk-${ULID}`],
    ['/saml-providers/', `sml-${ULID}`],
    ['/connections/', `con-${ULID}`],
    ['/tenants/', `tnt-${ULID}`],
    ['/versions/', '999999'],
    ['/secrets/', 'MISSING'],
    ['/files/', 'shared'],
  ] as const) {
    if (before.endsWith(part)) return id;
  }
  return name === 'userId' ? `usr-${ULID}` : `missing-${ULID}`;
}

/** Returns a path with a value for each parameter. */
export const fill = (path: string, value: (name: string) => string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(value(name)));
