import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People: accounts, sessions of browsers, links that set a password, and failed sign-ins. What opens something (session,
 * link) is here as a SHA-256 only, and is found by it before the tenant is known.
 */
export class UsersCreate1795554000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA users;
      GRANT USAGE ON SCHEMA users TO coresdk_app;

      CREATE TABLE users.users (
        tenant_id text NOT NULL,
        id text NOT NULL,
        email text NOT NULL,
        -- The address as it is compared: NFKC, lower case.
        email_key text NOT NULL,
        email_verified boolean NOT NULL,
        display_name text NOT NULL,
        avatar_url text,
        role text NOT NULL,
        status text NOT NULL,
        locale text,
        -- Argon2id as a PHC string; NULL until one is set.
        password_hash text,
        -- Counts up whenever what proves the user is replaced.
        credential_version integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, email_key)
      );
      CREATE INDEX users_email ON users.users (email_key);

      CREATE TABLE users.sessions (
        tenant_id text NOT NULL,
        id text NOT NULL,
        token_hash bytea NOT NULL,
        user_id text NOT NULL,
        auth_time timestamptz NOT NULL,
        amr text[] NOT NULL,
        created_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ip text NOT NULL,
        user_agent text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users ON DELETE CASCADE
      );
      CREATE INDEX sessions_token ON users.sessions (token_hash);
      CREATE INDEX sessions_of_user ON users.sessions (tenant_id, user_id);
      CREATE INDEX sessions_expiry ON users.sessions (expires_at);

      CREATE TABLE users.password_links (
        tenant_id text NOT NULL,
        hash bytea NOT NULL,
        user_id text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (tenant_id, hash),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users ON DELETE CASCADE
      );
      CREATE INDEX password_links_hash ON users.password_links (hash);
      CREATE INDEX password_links_of_user ON users.password_links (tenant_id, user_id);
      CREATE INDEX password_links_expiry ON users.password_links (expires_at);

      -- Of an account or an address, which the key names by a hash; of no tenant, since an address belongs to none.
      CREATE TABLE users.sign_in_failures (
        key bytea PRIMARY KEY,
        failures int NOT NULL,
        blocked_until timestamptz NOT NULL,
        forget_at timestamptz NOT NULL
      );
      CREATE INDEX sign_in_failures_forget ON users.sign_in_failures (forget_at);
      ALTER TABLE users.sign_in_failures ENABLE ROW LEVEL SECURITY;
      ALTER TABLE users.sign_in_failures FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON users.sign_in_failures TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
    for (const table of ['users', 'sessions', 'password_links']) {
      await runner.query(`
        ALTER TABLE users.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE users.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON users.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON users.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON users.users FOR SELECT TO CURRENT_USER USING (true);
      CREATE POLICY owner_functions ON users.sessions TO CURRENT_USER USING (true) WITH CHECK (true);
      CREATE POLICY owner_functions ON users.password_links TO CURRENT_USER USING (true) WITH CHECK (true);

      -- Before the tenant is known: in which tenants an address is somebody's, at most so many.
      CREATE FUNCTION users.tenants_of_email(wanted text, at_most int) RETURNS SETOF text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM users.users WHERE email_key = wanted ORDER BY tenant_id LIMIT at_most
      $$;

      CREATE FUNCTION users.tenant_of_session(wanted bytea) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM users.sessions WHERE token_hash = wanted
      $$;

      CREATE FUNCTION users.tenant_of_password_link(wanted bytea) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM users.password_links WHERE hash = wanted
      $$;

      -- Until when the most blocked of these keys must wait; NULL when none has to.
      CREATE FUNCTION users.sign_in_blocked_until(wanted bytea[], moment timestamptz) RETURNS timestamptz
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT max(blocked_until) FROM users.sign_in_failures WHERE key = ANY (wanted) AND blocked_until > moment
      $$;

      -- Counts one failure unless the key is blocked, and blocks it by the delay that the count has earned: from the
      -- free-th on it doubles. Check and count are one statement, so that no two attempts share one place. A key that need
      -- not wait is blocked until -infinity: the moments of several processes come in any order.
      CREATE FUNCTION users.count_sign_in_failure(
        wanted bytea, free int, first_delay interval, longest_delay interval, remembered interval, moment timestamptz
      ) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        counted int;
        delay interval;
      BEGIN
        INSERT INTO users.sign_in_failures AS f (key, failures, blocked_until, forget_at)
        VALUES (wanted, 1, '-infinity', moment + remembered)
        ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN f.forget_at <= moment THEN 1 ELSE f.failures + 1 END
          WHERE f.blocked_until <= moment
        RETURNING f.failures INTO counted;
        IF counted IS NULL THEN RETURN false; END IF;
        delay := CASE WHEN counted < free THEN interval '0'
                 ELSE least(longest_delay, first_delay * power(2, least(counted - free, 20))) END;
        UPDATE users.sign_in_failures
          SET blocked_until = CASE WHEN delay > interval '0' THEN moment + delay ELSE '-infinity' END,
            forget_at = moment + delay + remembered
          WHERE key = wanted;
        RETURN true;
      END $$;

      CREATE FUNCTION users.take_back_sign_in_failure(wanted bytea) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE users.sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = '-infinity' WHERE key = wanted
      $$;

      CREATE FUNCTION users.forget_sign_in_failures(wanted bytea[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM users.sign_in_failures WHERE key = ANY (wanted)
      $$;

      -- Drops what nothing needs any more; of failures no more than at_most are kept, those that block longest.
      CREATE FUNCTION users.sweep(moment timestamptz, at_most int) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM users.sessions WHERE expires_at <= moment;
        DELETE FROM users.password_links WHERE expires_at <= moment;
        DELETE FROM users.sign_in_failures WHERE forget_at <= moment;
        DELETE FROM users.sign_in_failures WHERE key IN
          (SELECT key FROM users.sign_in_failures ORDER BY forget_at DESC OFFSET at_most);
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA users FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA users TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
