import { readFileSync } from 'node:fs';
import { openApiFile } from '../../../src/roles/openapi/openapi';
import type { Surface } from './walls-world';

/** A JSON schema in the form that zod generates for OpenAPI. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

/** An operation of an OpenAPI document. */
export interface Operation {
  readonly surface: Surface;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  /** `null` if it does not accept a body. */
  readonly body: { readonly type: string; readonly schema: Schema } | null;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Described {
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

/** Returns every operation of both surfaces, so that tests include new routes automatically. */
export function allOperations(): readonly Operation[] {
  return (['backend', 'control-plane'] as const).flatMap((surface) => {
    const { paths, components } = JSON.parse(readFileSync(openApiFile(surface), 'utf8')) as Document;
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { security = [], parameters = [], requestBody }]) => {
        const [content] = Object.entries(requestBody?.content ?? {});
        return {
          ...{ surface, method: method.toUpperCase(), path, parameters, isPublic: security.length === 0 },
          body: content ? { type: content[0], schema: resolved(content[1].schema ?? {}, components.schemas) } : null,
        };
      }),
    );
  });
}

/** Returns a schema with its references resolved. None of our schemas refers to itself. */
function resolved(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return resolved(schemas[name] ?? {}, schemas);
  const entries = Object.entries(schema).map(([key, value]: [string, unknown]) => {
    if (Array.isArray(value)) return [key, value.map((part) => inner(part, schemas))];
    if (key === 'properties') {
      const members = Object.entries(value as Record<string, Schema>);
      return [key, Object.fromEntries(members.map(([member, part]) => [member, resolved(part, schemas)]))];
    }
    return [key, inner(value, schemas)];
  });
  return Object.fromEntries(entries) as Schema;
}

function inner(value: unknown, schemas: Readonly<Record<string, Schema>>): unknown {
  return typeof value === 'object' && value !== null ? resolved(value, schemas) : value;
}
