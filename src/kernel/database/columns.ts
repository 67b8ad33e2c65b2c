/** Maps the members of a row to table columns: `{ clientId: 'client_id' }`. */
export type Columns<Row> = { readonly [Member in keyof Row]: string };

/** Returns the select list that yields rows with these members, for SELECT and RETURNING. */
export function selectOf<Row>(columns: Columns<Row>): string {
  return Object.entries<string>(columns)
    .map(([member, column]) => (member === column ? column : `${column} AS "${member}"`))
    .join(', ');
}

/**
 * Returns the assignments for an UPDATE of the members that are set.
 * @param first number of the first parameter: 3 yields `name = $3`.
 */
export function assignmentsOf<Row>(
  columns: Columns<Row>,
  members: Partial<Row>,
  first: number,
): { readonly sets: readonly string[]; readonly values: readonly unknown[] } {
  const given = (Object.keys(columns) as (keyof Row)[]).filter((member) => members[member] !== undefined);
  return {
    sets: given.map((member, at) => `${columns[member]} = $${first + at}`),
    values: given.map((member) => members[member]),
  };
}
