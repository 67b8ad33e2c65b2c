import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rules, and what sidecars without Redis count together. Counts are in unlogged tables: after a crash of the database they
 * begin anew. The monthly quota is kept like everything else. Counting goes through functions, since one statement carries
 * the calls of many tenants.
 */
export class RateLimitCreate1795559100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA rate_limit;
      GRANT USAGE ON SCHEMA rate_limit TO coresdk_app;

      -- A tenant's rules; those of plans belong to no tenant.
      CREATE TABLE rate_limit.rules (
        tenant_id text,
        name text NOT NULL,
        plan text,
        definition jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE NULLS NOT DISTINCT (tenant_id, name),
        CHECK ((tenant_id IS NULL) = (plan IS NOT NULL))
      );
      ALTER TABLE rate_limit.rules ENABLE ROW LEVEL SECURITY;
      ALTER TABLE rate_limit.rules FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON rate_limit.rules
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit.rules TO coresdk_app;

      -- One number per count: microseconds since 2025 at which everything counted has leaked out. From the epoch of Unix
      -- on, a double would be four times as coarse.
      CREATE UNLOGGED TABLE rate_limit.buckets (
        tenant_id text NOT NULL,
        name text NOT NULL,
        empty_at double precision NOT NULL,
        granted int NOT NULL,
        PRIMARY KEY (tenant_id, name)
      ) WITH (fillfactor = 70);

      CREATE UNLOGGED TABLE rate_limit.leases (
        tenant_id text NOT NULL,
        name text NOT NULL,
        id text NOT NULL,
        ends_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, name, id)
      );

      CREATE TABLE rate_limit.usage (
        tenant_id text NOT NULL,
        name text NOT NULL,
        month date NOT NULL,
        used bigint NOT NULL,
        PRIMARY KEY (tenant_id, name, month)
      );

      -- The processes that count together.
      CREATE UNLOGGED TABLE rate_limit.replicas (
        id text PRIMARY KEY,
        seen_at timestamptz NOT NULL
      );
    `);
    for (const table of ['buckets', 'leases', 'usage', 'replicas']) {
      await runner.query(`
        ALTER TABLE rate_limit.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE rate_limit.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY owner_functions ON rate_limit.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
      `);
    }
    await runner.query(`
      CREATE FUNCTION rate_limit.moment() RETURNS double precision
        LANGUAGE sql STABLE SET search_path = ''
        RETURN (extract(epoch FROM statement_timestamp()) - 1735689600)::double precision * 1000000;

      -- For each place of the arrays, which are in one order in all processes: as many of the calls as fit are counted, and
      -- the others cost nothing. All numbers are microseconds. The moment is that at which the statement began: whoever
      -- waits for another statement gets rather less than more.
      CREATE FUNCTION rate_limit.take(
        tenants text[], names text[], steps double precision[], capacities double precision[], calls int[]
      ) RETURNS TABLE (granted int, filled double precision)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        now_at double precision := rate_limit.moment();
        until_at double precision;
      BEGIN
        FOR i IN 1 .. coalesce(array_length(tenants, 1), 0) LOOP
          granted := least(calls[i], floor(capacities[i] / steps[i] + 1e-6));
          INSERT INTO rate_limit.buckets AS b (tenant_id, name, empty_at, granted)
          VALUES (tenants[i], names[i], now_at + granted * steps[i], granted)
          ON CONFLICT (tenant_id, name) DO UPDATE SET
            granted = least(calls[i], floor((capacities[i] - greatest(b.empty_at - now_at, 0)) / steps[i] + 1e-6)),
            empty_at = greatest(b.empty_at, now_at) + steps[i]
              * least(calls[i], floor((capacities[i] - greatest(b.empty_at - now_at, 0)) / steps[i] + 1e-6))
          WHERE (capacities[i] - greatest(b.empty_at - now_at, 0)) / steps[i] + 1e-6 >= 1
          RETURNING b.granted, b.empty_at INTO granted, until_at;
          IF NOT FOUND THEN
            granted := 0;
            SELECT b.empty_at INTO until_at FROM rate_limit.buckets b
            WHERE b.tenant_id = tenants[i] AND b.name = names[i];
          END IF;
          filled := greatest(coalesce(until_at, now_at) - now_at, 0);
          RETURN NEXT;
        END LOOP;
      END $$;

      -- Takes back what was counted for calls that did not happen; in one order in all processes too.
      CREATE FUNCTION rate_limit.give_back(tenants text[], names text[], amounts double precision[]) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        FOR i IN 1 .. coalesce(array_length(tenants, 1), 0) LOOP
          UPDATE rate_limit.buckets AS b SET empty_at = b.empty_at - amounts[i]
          WHERE b.tenant_id = tenants[i] AND b.name = names[i];
        END LOOP;
      END $$;

      CREATE FUNCTION rate_limit.forget(tenant text, wanted text[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM rate_limit.buckets WHERE tenant_id = tenant AND name = ANY (wanted)
      $$;

      -- A place in a concurrency limit; one at a time for a name, so that no two take the last.
      CREATE FUNCTION rate_limit.acquire(tenant text, wanted text, lease text, at_most int, ttl interval) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(tenant || ' ' || wanted, 7340022));
        DELETE FROM rate_limit.leases WHERE tenant_id = tenant AND name = wanted AND ends_at <= clock_timestamp();
        IF (SELECT count(*) FROM rate_limit.leases WHERE tenant_id = tenant AND name = wanted) >= at_most THEN
          RETURN false;
        END IF;
        INSERT INTO rate_limit.leases VALUES (tenant, wanted, lease, clock_timestamp() + ttl);
        RETURN true;
      END $$;

      CREATE FUNCTION rate_limit.release(tenant text, wanted text, lease text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM rate_limit.leases WHERE tenant_id = tenant AND name = wanted AND id = lease
      $$;

      -- Adds to what was used in a month (0 to read) and tells the sums, in the order of the arrays.
      CREATE FUNCTION rate_limit.use(tenants text[], names text[], in_month date, amounts bigint[]) RETURNS SETOF bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        total bigint;
      BEGIN
        FOR i IN 1 .. coalesce(array_length(tenants, 1), 0) LOOP
          INSERT INTO rate_limit.usage AS u (tenant_id, name, month, used)
          VALUES (tenants[i], names[i], in_month, greatest(amounts[i], 0))
          ON CONFLICT (tenant_id, name, month) DO UPDATE SET used = greatest(u.used + amounts[i], 0)
          RETURNING u.used INTO total;
          RETURN NEXT total;
        END LOOP;
      END $$;

      -- Tells that a process lives, and how many do.
      CREATE FUNCTION rate_limit.beat(replica text, remembered interval) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        INSERT INTO rate_limit.replicas VALUES (replica, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp();
        DELETE FROM rate_limit.replicas WHERE seen_at < clock_timestamp() - interval '1 hour';
        RETURN (SELECT count(*) FROM rate_limit.replicas WHERE seen_at >= clock_timestamp() - remembered);
      END $$;

      CREATE FUNCTION rate_limit.leave(replica text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM rate_limit.replicas WHERE id = replica
      $$;

      -- Drops what counts nothing any more; one process at a time, the others pass.
      CREATE FUNCTION rate_limit.prune() RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        pruned bigint;
      BEGIN
        IF NOT pg_try_advisory_xact_lock(7340023) THEN RETURN 0; END IF;
        DELETE FROM rate_limit.buckets WHERE empty_at < rate_limit.moment();
        GET DIAGNOSTICS pruned = ROW_COUNT;
        DELETE FROM rate_limit.leases WHERE ends_at < clock_timestamp();
        DELETE FROM rate_limit.usage WHERE month < now() - interval '13 months';
        RETURN pruned;
      END $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rate_limit FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA rate_limit TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
