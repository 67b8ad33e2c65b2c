/** The number of optional members that a request example shows, as in `src/roles/openapi/example-of.ts`. */
const OPTIONAL_SHOWN = 2;

/**
 * Returns the examples for a resource, as `npm run openapi` generates them from its schemas.
 * @param samples the content of `src/roles/openapi/samples.json`
 */
export function examplesOf({ fields }, samples) {
  const text = (name) =>
    samples.names.find(({ ends, flags }) => new RegExp(ends, flags).test(name))?.text ?? samples.common[0];
  const answerOf = ({ name, type }) => ({ integer: 1, number: 1, boolean: true })[type] ?? text(name);
  const inputOf = (field) => (field.type === 'date' ? samples.formats.date : answerOf(field));
  const members = (some, valueOf) => Object.fromEntries(some.map((field) => [field.name, valueOf(field)]));
  const optional = fields.filter(({ isNullable }) => isNullable).slice(0, OPTIONAL_SHOWN);
  const time = samples.formats['date-time'];
  const [id, by] = [text('id'), text('createdBy')];
  return {
    answer: {
      ...{ id, ...members(fields, answerOf), version: 1 },
      ...{ createdAt: time, createdBy: by, updatedAt: time, updatedBy: by },
    },
    create: members(
      fields.filter((field) => !field.isNullable || optional.includes(field)),
      (field) => (field.isNullable ? null : inputOf(field)),
    ),
    patch: members(fields.slice(0, OPTIONAL_SHOWN), inputOf),
  };
}
