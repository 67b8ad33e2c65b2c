import type { JsonSchema } from './example-of';
import { narrowings } from './narrowings';

interface Part {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Part & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Part>>;
}

/** The parts of a document that clients rely on. */
export interface ReleasedApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/**
 * Returns the changes in `now` that break a client of `before`, one line each. A change breaks clients if an operation, a parameter, a
 * status or a response member is gone, or if a request parameter or member is newly required or accepts fewer values. Additions do not
 * break clients.
 */
export function breakingChanges(before: ReleasedApi, now: ReleasedApi): readonly string[] {
  return Object.entries(before.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, old]) => {
      const where = `${method.toUpperCase()} ${path}`;
      const current = now.paths[path]?.[method];
      if (!current) return [`${where} is gone`];
      const schemas = { before: before.components.schemas, now: now.components.schemas };
      const body = { before: schemaOf(old.requestBody), now: schemaOf(current.requestBody) };
      return [
        ...(old.operationId === current.operationId ? [] : [`${where} is no longer ${old.operationId}`]),
        ...parameterChanges(old, current).map((change) => `${where}: ${change}`),
        ...(current.requestBody?.required === true && old.requestBody?.required !== true
          ? [`${where}: a body is required`]
          : []),
        ...narrowings(body, schemas, 'request').map((change) => `${where} request: ${change}`),
        ...Object.entries(old.responses).flatMap(([status, answer]) => {
          const other = current.responses[status];
          if (!other) return [`${where}: ${status} is gone`];
          const answers = { before: schemaOf(answer), now: schemaOf(other) };
          return narrowings(answers, schemas, 'answer').map((change) => `${where} ${status}: ${change}`);
        }),
      ];
    }),
  );
}

function parameterChanges(before: Operation, now: Operation): readonly string[] {
  // Header names are case-insensitive (RFC 9110 §5.1).
  const keyOf = ({ in: place, name }: Parameter): string =>
    `${place} ${place === 'header' ? name.toLowerCase() : name}`;
  const old = new Map((before.parameters ?? []).map((parameter) => [keyOf(parameter), parameter]));
  const current = new Map((now.parameters ?? []).map((parameter) => [keyOf(parameter), parameter]));
  const gone = [...old.keys()].filter((key) => !current.has(key)).map((key) => `${key} is gone`);
  const asked = [...current].flatMap(([key, { required }]) =>
    required === true && old.get(key)?.required !== true ? [`${key} is required`] : [],
  );
  return [...gone, ...asked];
}

function schemaOf(part: Part | undefined): JsonSchema {
  return Object.values(part?.content ?? {})[0]?.schema ?? {};
}
