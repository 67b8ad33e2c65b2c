const CHUNK = 50_000;

/** Queries of very long user lists through the REST API, with pages throughout each list. */
export const USER_LISTS = {
  'by address': 'sort=email',
  'by name, backwards': 'sort=-name',
  'by age': 'sort=createdAt',
  'of a role, by name': 'role=viewer&sort=name',
  'of a rare status, by age': 'status=suspended&sort=-createdAt',
  'found by much': 'q=u',
  'found by little': 'q=user12',
  'found by nothing': 'q=zzz',
};

/** The number of users between two consecutive positions at which the bench requests pages of a list. */
const STRIDE = 500;

/**
 * Fills tenant `default` with users.
 * @param client a connection of the superuser
 */
export async function fillUsers(client, users) {
  for (let from = 0; from < users; from += CHUNK) {
    await client.query(
      `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, name_key, role, status,
         created_at, updated_at)
       SELECT t.id, 'usr-' || lpad(n::text, 26, '0'), mail, mail, true, 'Name ' || n * 7919 % 100000,
         'name ' || n * 7919 % 100000, CASE WHEN n % 10 = 0 THEN 'viewer' ELSE 'member' END,
         CASE WHEN n % 2000 = 0 THEN 'suspended' ELSE 'active' END,
         timestamptz '2026-01-01Z' + n * 104729 % 1000003 * interval '1 second', now()
       FROM generate_series($1::bigint, $2::bigint) AS n,
         LATERAL (SELECT 'user' || n * 31 % 1000003 || '.' || n || '@example.com') AS m (mail), tenants.tenants AS t
       WHERE t.slug = 'default'`,
      [from + 1, Math.min(from + CHUNK, users)],
    );
  }
}

/**
 * Returns the start positions of pages throughout a list, as query suffixes.
 * @param ask returns the parsed response to a query
 */
export async function startsOf(ask, query) {
  const starts = [''];
  for (;;) {
    const { nextCursor } = await ask(`${query}&limit=${STRIDE}${starts.at(-1)}`);
    if (nextCursor === null) return starts;
    starts.push(`&cursor=${nextCursor}`);
  }
}
