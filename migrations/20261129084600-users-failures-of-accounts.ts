import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Failed sign-ins at an account are counted by address and device: which account a count is of is kept with it, so that a
 * new password ends the waits at all of them.
 */
export class UsersFailuresOfAccounts1795941960000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users.sign_in_failures ADD COLUMN account bytea;
      CREATE INDEX sign_in_failures_of_account ON users.sign_in_failures (account) WHERE account IS NOT NULL;

      -- As users.count_sign_in_failure, for a count that is one of several of an account; NULL: of none.
      CREATE FUNCTION users.count_sign_in_failure(
        wanted bytea, of_account bytea, free int, first_delay interval, longest_delay interval, remembered interval,
        moment timestamptz
      ) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        IF NOT users.count_sign_in_failure(wanted, free, first_delay, longest_delay, remembered, moment) THEN
          RETURN false;
        END IF;
        UPDATE users.sign_in_failures SET account = of_account WHERE key = wanted AND account IS DISTINCT FROM of_account;
        RETURN true;
      END $$;

      CREATE FUNCTION users.forget_sign_in_failures_of(accounts bytea[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM users.sign_in_failures WHERE key = ANY (accounts) OR account = ANY (accounts)
      $$;

      REVOKE ALL ON FUNCTION users.count_sign_in_failure(bytea, bytea, int, interval, interval, interval, timestamptz),
        users.forget_sign_in_failures_of(bytea[]) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION users.count_sign_in_failure(bytea, bytea, int, interval, interval, interval, timestamptz),
        users.forget_sign_in_failures_of(bytea[]) TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
