import type { Dialect } from './dialect';
import { readValue } from './read-value';
import { ScimError, shown } from '../contract/scim-error';
import { findAttribute } from './schema/attribute-path';
import type { AttributeIndex, ResourceModel } from './schema/resource-model';
import { isObject, type ScimObject, type ScimValue } from './schema/schema.types';

/**
 * Converts a whole resource from POST or PUT to its stored form: without `schemas`, and without read-only attributes, which are ignored
 * (RFC 7644 §3.3, §3.5.1). Errors: `invalidSyntax` for a body that is not such a resource, or for an unknown schema or attribute;
 * `invalidValue`.
 */
export function readResource(model: ResourceModel, body: unknown, dialect: Dialect): ScimObject {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.');
  checkSchemas(model, body, dialect);
  const resource: Record<string, ScimValue> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name.toLowerCase() === 'schemas') continue;
    const extension = model.byUrn.get(name.toLowerCase());
    if (extension) {
      const read = readMembers(extension.attributes, value, name, dialect);
      if (Object.keys(read).length > 0) resource[extension.urn] = read;
      continue;
    }
    const found = findAttribute(model, name);
    const attribute = found?.sub === null && found.urn === null ? found.attribute : null;
    if (attribute === null) {
      refuseUnknown(name, dialect);
      continue;
    }
    if (attribute.mutability === 'readOnly') continue;
    const read = readValue(attribute, value, dialect);
    if (read !== undefined) resource[attribute.name] = read;
  }
  assertRequired(model, resource, 'invalidValue');
  return resource;
}

/** Asserts that every required attribute is present. Errors: `fault`. */
export function assertRequired(model: ResourceModel, resource: ScimObject, fault: 'invalidValue' | 'mutability'): void {
  for (const { name, required, mutability } of model.core.values()) {
    if (!required || name === 'schemas' || mutability === 'readOnly') continue;
    const value = resource[name];
    if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
      throw new ScimError(fault, `"${name}" is required.`, {
        fields: [{ pointer: `/${name}`, code: 'missing', message: 'It is required.' }],
      });
    }
  }
}

function checkSchemas(model: ResourceModel, body: Readonly<Record<string, unknown>>, dialect: Dialect): void {
  const schemas = Object.entries(body).find(([name]) => name.toLowerCase() === 'schemas')?.[1];
  if (dialect.isLenient) return;
  const known = new Set([model.schema.id, ...model.extensions.map(({ id }) => id)].map((id) => id.toLowerCase()));
  const isList = Array.isArray(schemas) && schemas.every((schema) => typeof schema === 'string');
  if (!isList || !schemas.some((schema) => schema.toLowerCase() === model.schema.id.toLowerCase())) {
    throw new ScimError('invalidSyntax', `"schemas" must name "${model.schema.id}".`);
  }
  const unknown = schemas.find((schema) => !known.has(schema.toLowerCase()));
  if (unknown !== undefined) throw new ScimError('invalidSyntax', `The schema "${shown(unknown)}" is unknown.`);
}

function readMembers(attributes: AttributeIndex, value: unknown, urn: string, dialect: Dialect): ScimObject {
  if (value === null) return {};
  if (!isObject(value)) throw new ScimError('invalidValue', `"${shown(urn)}" must be an object.`);
  const read: Record<string, ScimValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const definition = attributes.get(name.toLowerCase());
    if (definition === undefined) {
      refuseUnknown(name, dialect);
      continue;
    }
    if (definition.mutability === 'readOnly') continue;
    const kept = readValue(definition, member, dialect);
    if (kept !== undefined) read[definition.name] = kept;
  }
  return read;
}

function refuseUnknown(name: string, { isLenient }: Dialect): void {
  if (isLenient) return;
  throw new ScimError('invalidSyntax', `There is no attribute "${shown(name)}".`, {
    fields: [{ pointer: `/${shown(name)}`, code: 'unrecognized_keys', message: 'No schema of this tenant has it.' }],
  });
}
