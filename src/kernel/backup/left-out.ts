/** Tables whose rows are not part of any backup, each with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'kernel.migrations': 'The manifest lists them, and a restore runs them.',
  'kernel.sql_functions': 'A restore loads the functions of the running build.',
};

/** Schemas that exist only in earlier builds. DBOS stored the steps of running jobs there. Such a job repeats its steps. */
const FORMER_SCHEMAS: readonly string[] = ['dbos'];

/** Returns whether a table or sequence in a backup, such as `dbos.workflow_status`, no longer exists in the schema. */
export function isFormer(name: string): boolean {
  return FORMER_SCHEMAS.some((schema) => name.startsWith(`${schema}.`));
}
