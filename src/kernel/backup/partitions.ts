import type { OwnConnection } from '../database/own-connection';
import { OWNER_ROLE } from '../database/embedded/credentials';
import type { Manifest } from './manifest';
import { quoted } from './store-tables';

type Partition = Manifest['partitions'][number];

/** Lists the partitions of the product's tables that have no default partition. A new schema lacks the partitions for past days. */
export function partitionsOf(connection: OwnConnection): Promise<Partition[]> {
  return connection.rows<Partition>(
    `SELECT n.nspname || '.' || p.relname AS "table", pn.nspname || '.' || c.relname AS name,
       pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS pn ON pn.oid = c.relnamespace
     JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS n ON n.oid = p.relnamespace
     JOIN pg_partitioned_table AS t ON t.partrelid = p.oid
     WHERE t.partdefid = 0 AND c.relkind = 'r' AND n.nspowner = $1::regrole ORDER BY 2`,
    [OWNER_ROLE],
  );
}

/** Creates the partitions that the schema lacks, as its owner, with the same row security that `make_days` sets. */
export async function makePartitions(connection: OwnConnection, partitions: readonly Partition[]): Promise<void> {
  for (const { table, name, bound } of partitions) {
    const missing = await connection.count('SELECT WHERE to_regclass($1) IS NULL', [quoted(name)]);
    if (missing === 0) continue;
    await connection.run(`SET LOCAL ROLE ${OWNER_ROLE}`);
    await connection.run(`CREATE TABLE ${quoted(name)} (LIKE ${quoted(table)} INCLUDING DEFAULTS)`);
    await connection.run(`ALTER TABLE ${quoted(name)} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`);
    await connection.run(`ALTER TABLE ${quoted(table)} ATTACH PARTITION ${quoted(name)} ${bound}`);
    await connection.run('RESET ROLE');
  }
}
