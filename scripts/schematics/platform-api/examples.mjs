/** The number of optional members that a request example shows, the same as in `src/roles/openapi/example-of.ts`. */
const OPTIONAL_SHOWN = 2;

/**
 * Returns the examples for a resource, as `npm run openapi` generates them from its schemas.
 * @param samples the content of `src/roles/openapi/samples.json`
 */
export function examplesOf({ fields, onePascal }, samples) {
  const first = (known, schema, name) => known.find(([pattern]) => new RegExp(pattern).test(`${schema}.${name}`))?.[1];
  const valueOf =
    (schema) =>
    ({ name, type }) => {
      if (type === 'boolean') return true;
      if (type === 'integer' || type === 'number') return first(samples.numbers, schema, name) ?? 1;
      return first(samples.texts, schema, name) ?? samples.common[0];
    };
  const members = (some, valueFor) => Object.fromEntries(some.map((field) => [field.name, valueFor(field)]));
  const inputOf = (schema) => (field) => (field.type === 'date' ? samples.formats.date : valueOf(schema)(field));
  const optional = fields.filter(({ isNullable }) => isNullable).slice(0, OPTIONAL_SHOWN);
  const ofAnswer = valueOf(onePascal);
  const texts = ['createdAt', 'createdBy', 'updatedAt', 'updatedBy'].map((name) => ({ name, type: 'string' }));
  return {
    answer: {
      ...members([{ name: 'id', type: 'string' }, ...fields, { name: 'version', type: 'integer' }], ofAnswer),
      ...members(texts, ofAnswer),
    },
    create: members(
      fields.filter((field) => !field.isNullable || optional.includes(field)),
      (field) => (field.isNullable ? null : inputOf(`New${onePascal}`)(field)),
    ),
    patch: members(fields.slice(0, OPTIONAL_SHOWN), inputOf(`${onePascal}Patch`)),
  };
}
