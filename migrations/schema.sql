-- The schema of a fresh database. Written by: UPDATE=1 npx jest test/architecture/schema

CREATE TABLE apps.apps (
  client_id text NOT NULL,
  tenant_id text NOT NULL,
  name text NOT NULL,
  app_type text NOT NULL,
  declared_scopes text[] NOT NULL,
  default_scopes text[] NOT NULL,
  grant_types text[] NOT NULL,
  token_endpoint_auth_method text NOT NULL,
  redirect_uris text[] NOT NULL,
  post_logout_redirect_uris text[] NOT NULL,
  first_party boolean NOT NULL,
  access_token_ttl_seconds integer NOT NULL,
  logo_uri text,
  policy_uri text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  jwks jsonb,
  jwks_uri text,
  refresh_rotation boolean DEFAULT true NOT NULL,
  platform_context boolean DEFAULT false NOT NULL,
  allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
  metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT apps_pkey PRIMARY KEY (client_id)
);
CREATE UNIQUE INDEX apps_key_of_tenant ON apps.apps USING btree (tenant_id, client_id);
CREATE INDEX apps_with_origins ON apps.apps USING btree (client_id) INCLUDE (allowed_origins) WHERE (allowed_origins <> '{}'::text[]);
ALTER TABLE apps.apps ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.apps FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON apps.apps FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON apps.apps FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON apps.apps TO coresdk_app;

CREATE TABLE apps.context_secrets (
  tenant_id text NOT NULL,
  secret_id text NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  CONSTRAINT context_secrets_pkey PRIMARY KEY (tenant_id, secret_id),
  CONSTRAINT context_secrets_tenant_id_secret_id_fkey FOREIGN KEY (tenant_id, secret_id) REFERENCES apps.secrets(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE apps.context_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.context_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON apps.context_secrets FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON apps.context_secrets TO coresdk_app;

CREATE TABLE apps.initial_tokens (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL,
  max_uses integer NOT NULL,
  uses integer DEFAULT 0 NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  created_by text NOT NULL,
  CONSTRAINT initial_tokens_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT initial_tokens_check CHECK ((uses <= max_uses))
);
CREATE INDEX initial_tokens_by_created ON apps.initial_tokens USING btree (tenant_id, created_at, id);
CREATE INDEX initial_tokens_by_hash ON apps.initial_tokens USING btree (hash);
ALTER TABLE apps.initial_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.initial_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON apps.initial_tokens FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON apps.initial_tokens FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON apps.initial_tokens TO coresdk_app;

CREATE TABLE apps.scopes (
  tenant_id text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  resource text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT scopes_pkey PRIMARY KEY (tenant_id, name)
);
ALTER TABLE apps.scopes ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.scopes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON apps.scopes FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON apps.scopes TO coresdk_app;

CREATE TABLE apps.secrets (
  tenant_id text NOT NULL,
  id text NOT NULL,
  client_id text NOT NULL,
  hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  CONSTRAINT secrets_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT secrets_app_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES apps.apps(tenant_id, client_id) ON DELETE CASCADE
);
CREATE INDEX secrets_of_app ON apps.secrets USING btree (client_id);
ALTER TABLE apps.secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON apps.secrets FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON apps.secrets TO coresdk_app;

CREATE TABLE apps.self_registered (
  tenant_id text NOT NULL,
  client_id text NOT NULL,
  token_id text NOT NULL,
  scopes text[] NOT NULL,
  hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  administered_at timestamp with time zone,
  CONSTRAINT self_registered_pkey PRIMARY KEY (tenant_id, client_id),
  CONSTRAINT self_registered_app_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES apps.apps(tenant_id, client_id) ON DELETE CASCADE
);
CREATE INDEX self_registered_by_client ON apps.self_registered USING btree (client_id);
CREATE INDEX self_registered_by_hash ON apps.self_registered USING btree (hash);
ALTER TABLE apps.self_registered ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.self_registered FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON apps.self_registered FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON apps.self_registered FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON apps.self_registered TO coresdk_app;

CREATE TABLE apps.self_registration (
  tenant_id text NOT NULL,
  enabled boolean NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT self_registration_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE apps.self_registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE apps.self_registration FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON apps.self_registration FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON apps.self_registration FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON apps.self_registration TO coresdk_app;

CREATE TABLE audit.checkpoints (
  tenant_id text NOT NULL,
  size bigint NOT NULL,
  note text NOT NULL,
  signed_at timestamp with time zone NOT NULL,
  CONSTRAINT checkpoints_pkey PRIMARY KEY (tenant_id, size)
);
ALTER TABLE audit.checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.checkpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.checkpoints FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.checkpoints FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT ON audit.checkpoints TO coresdk_app;

CREATE TABLE audit.earlier_events (
  tenant_id text NOT NULL,
  id text NOT NULL,
  app_id text,
  actor_type text NOT NULL,
  actor_id text NOT NULL,
  action text NOT NULL,
  resource_type text NOT NULL,
  resource_id text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  request_id text NOT NULL,
  ip text,
  metadata jsonb NOT NULL,
  ts timestamp with time zone NOT NULL,
  CONSTRAINT earlier_events_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX earlier_events_time ON audit.earlier_events USING btree (ts, id);
ALTER TABLE audit.earlier_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.earlier_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.earlier_events FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.earlier_events FOR SELECT TO public USING ((tenant_id = kernel.current_tenant()));
GRANT SELECT ON audit.earlier_events TO coresdk_app;

CREATE TABLE audit.events (
  tenant_id text NOT NULL,
  sequence bigint NOT NULL,
  id text NOT NULL,
  app_id text,
  actor_type text NOT NULL,
  actor_id text,
  action text NOT NULL,
  resource_type text NOT NULL,
  resource_id text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  request_id text NOT NULL,
  ip text,
  policy_revision text,
  metadata jsonb NOT NULL,
  person text,
  personal bytea,
  ts timestamp with time zone NOT NULL,
  previous_hash bytea NOT NULL,
  record_hash bytea NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (tenant_id, sequence, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX events_action ON ONLY audit.events USING btree (tenant_id, action, ts, sequence);
CREATE INDEX events_actor ON ONLY audit.events USING btree (tenant_id, (
CASE
    WHEN (actor_id IS NULL) THEN person
    ELSE actor_id
END), ts, sequence);
CREATE INDEX events_resource ON ONLY audit.events USING btree (tenant_id, resource_id, ts, sequence);
CREATE INDEX events_time ON ONLY audit.events USING btree (tenant_id, ts, sequence);
ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.events FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.events FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT SELECT ON audit.events TO coresdk_app;

CREATE TABLE audit.heads (
  tenant_id text NOT NULL,
  size bigint DEFAULT 0 NOT NULL,
  hash bytea DEFAULT '\x'::bytea NOT NULL,
  frontier bytea DEFAULT '\x'::bytea NOT NULL,
  earlier bigint DEFAULT 0 NOT NULL,
  CONSTRAINT heads_pkey PRIMARY KEY (tenant_id)
) WITH (fillfactor=50, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);
ALTER TABLE audit.heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.heads FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.heads FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.heads FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT SELECT ON audit.heads TO coresdk_app;

CREATE TABLE audit.leaves (
  tenant_id text NOT NULL,
  sequence bigint NOT NULL,
  id text NOT NULL,
  hashes bytea NOT NULL,
  CONSTRAINT leaves_id UNIQUE (tenant_id, id),
  CONSTRAINT leaves_pkey PRIMARY KEY (tenant_id, sequence)
);
ALTER TABLE audit.leaves ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.leaves FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.leaves FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.leaves FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT SELECT ON audit.leaves TO coresdk_app;

CREATE TABLE audit.persons (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT persons_name UNIQUE (tenant_id, name),
  CONSTRAINT persons_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE audit.persons ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.persons FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.persons FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.persons FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON audit.persons TO coresdk_app;

CREATE TABLE audit.retention (
  tenant_id text NOT NULL,
  keep_days integer,
  hold_reason text,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  reads text DEFAULT 'each'::text NOT NULL,
  CONSTRAINT retention_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT retention_keep_days_check CHECK (((keep_days >= 1) AND (keep_days <= 36500))),
  CONSTRAINT retention_reads_check CHECK ((reads = ANY (ARRAY['each'::text, 'aggregated'::text])))
);
ALTER TABLE audit.retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.retention FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit.retention FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit.retention FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON audit.retention TO coresdk_app;

CREATE TABLE audit_sinks.dead_letters (
  tenant_id text NOT NULL,
  sink_id text NOT NULL,
  sequence bigint NOT NULL,
  record_id text NOT NULL,
  reason text NOT NULL,
  failed_at timestamp with time zone NOT NULL,
  replay boolean DEFAULT false NOT NULL,
  CONSTRAINT dead_letters_pkey PRIMARY KEY (tenant_id, sink_id, sequence),
  CONSTRAINT dead_letters_tenant_id_sink_id_fkey FOREIGN KEY (tenant_id, sink_id) REFERENCES audit_sinks.sinks(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE audit_sinks.dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_sinks.dead_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit_sinks.dead_letters FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit_sinks.dead_letters FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON audit_sinks.dead_letters TO coresdk_app;

CREATE TABLE audit_sinks.sinks (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  url text,
  filter jsonb NOT NULL,
  key_id text,
  sealed bytea,
  paused boolean DEFAULT false NOT NULL,
  place bigint NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  due_at timestamp with time zone NOT NULL,
  last_error text,
  lease text,
  leased_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  include_personal boolean DEFAULT false NOT NULL,
  is_full boolean DEFAULT false NOT NULL,
  CONSTRAINT sinks_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sinks_due ON audit_sinks.sinks USING btree (due_at) WHERE (NOT paused);
ALTER TABLE audit_sinks.sinks ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_sinks.sinks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON audit_sinks.sinks FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON audit_sinks.sinks FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON audit_sinks.sinks TO coresdk_app;

CREATE TABLE config.versions (
  tenant_id text,
  version integer NOT NULL,
  defaults_version integer NOT NULL,
  action text NOT NULL,
  entries jsonb NOT NULL,
  changed_keys jsonb NOT NULL,
  restored_from integer,
  created_by text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT versions_tenant_id_version_key UNIQUE NULLS NOT DISTINCT (tenant_id, version)
);
ALTER TABLE config.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE config.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON config.versions FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON config.versions FOR ALL TO public USING ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant()))) WITH CHECK ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant())));
GRANT DELETE, INSERT, SELECT ON config.versions TO coresdk_app;

CREATE TABLE connections.connections (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  preset text,
  status text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  key_id text,
  sealed bytea,
  settings jsonb NOT NULL,
  enforced boolean NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT connections_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX connections_by_created ON connections.connections USING btree (tenant_id, created_at, id);
ALTER TABLE connections.connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE connections.connections FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON connections.connections FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON connections.connections TO coresdk_app;

CREATE TABLE connections.domains (
  tenant_id text NOT NULL,
  domain text NOT NULL,
  connection_id text NOT NULL,
  challenge text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  verified_at timestamp with time zone,
  checked_at timestamp with time zone,
  missed integer DEFAULT 0 NOT NULL,
  CONSTRAINT domains_pkey PRIMARY KEY (tenant_id, domain),
  CONSTRAINT domains_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections.connections(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX domains_checked ON connections.domains USING btree (checked_at) WHERE (verified_at IS NOT NULL);
CREATE INDEX domains_of_connection ON connections.domains USING btree (tenant_id, connection_id);
CREATE UNIQUE INDEX domains_one_tenant ON connections.domains USING btree (domain) WHERE (verified_at IS NOT NULL);
ALTER TABLE connections.domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE connections.domains FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON connections.domains FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON connections.domains FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON connections.domains TO coresdk_app;

CREATE TABLE connections.identities (
  tenant_id text NOT NULL,
  connection_id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  email text,
  linked_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone NOT NULL,
  CONSTRAINT identities_tenant_id_id_key UNIQUE (tenant_id, id),
  CONSTRAINT identities_pkey PRIMARY KEY (tenant_id, connection_id, issuer, subject),
  CONSTRAINT identities_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections.connections(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX identities_by_linked ON connections.identities USING btree (tenant_id, connection_id, linked_at, id);
CREATE INDEX identities_of_user ON connections.identities USING btree (tenant_id, user_id);
ALTER TABLE connections.identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE connections.identities FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON connections.identities FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON connections.identities TO coresdk_app;

CREATE TABLE connections.sign_ins (
  tenant_id text NOT NULL,
  hash bytea NOT NULL,
  connection_id text NOT NULL,
  request text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT sign_ins_pkey PRIMARY KEY (tenant_id, hash),
  CONSTRAINT sign_ins_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections.connections(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_ins_expiry ON connections.sign_ins USING btree (expires_at);
ALTER TABLE connections.sign_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE connections.sign_ins FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON connections.sign_ins FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON connections.sign_ins FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON connections.sign_ins TO coresdk_app;

CREATE TABLE credentials.credentials (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  owner_type text NOT NULL,
  owner_id text NOT NULL,
  app_id text NOT NULL,
  scopes text[] NOT NULL,
  key_prefix text NOT NULL,
  previous_until timestamp with time zone,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT credentials_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT credentials_owner_type_check CHECK ((owner_type = ANY (ARRAY['user'::text, 'service'::text])))
) WITH (fillfactor=80);
CREATE INDEX credentials_by_created ON credentials.credentials USING btree (tenant_id, created_at, id);
CREATE INDEX credentials_by_name ON credentials.credentials USING btree (tenant_id, name, id);
CREATE INDEX credentials_by_owner ON credentials.credentials USING btree (tenant_id, owner_id);
CREATE INDEX credentials_over ON credentials.credentials USING btree (LEAST(revoked_at, expires_at)) WHERE ((revoked_at IS NOT NULL) OR (expires_at IS NOT NULL));
ALTER TABLE credentials.credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE credentials.credentials FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON credentials.credentials FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON credentials.credentials FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON credentials.credentials TO coresdk_app;

CREATE TABLE credentials.keys (
  tenant_id text NOT NULL,
  id text NOT NULL,
  credential_id text NOT NULL,
  handle text NOT NULL,
  hash bytea NOT NULL,
  data_key_id text NOT NULL,
  valid_until timestamp with time zone,
  CONSTRAINT keys_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT keys_tenant_id_credential_id_fkey FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials.credentials(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX keys_by_handle ON credentials.keys USING btree (handle);
CREATE INDEX keys_of_credential ON credentials.keys USING btree (tenant_id, credential_id);
ALTER TABLE credentials.keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE credentials.keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON credentials.keys FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON credentials.keys FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON credentials.keys TO coresdk_app;

CREATE TABLE entitlements.licences (
  tenant_id text NOT NULL,
  plan text NOT NULL,
  expires_at timestamp with time zone,
  note text NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT licences_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE entitlements.licences ENABLE ROW LEVEL SECURITY;
ALTER TABLE entitlements.licences FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON entitlements.licences FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON entitlements.licences FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON entitlements.licences TO coresdk_app;

CREATE TABLE entitlements.overrides (
  tenant_id text NOT NULL,
  key text NOT NULL,
  entitled boolean NOT NULL,
  limit bigint,
  expires_at timestamp with time zone,
  note text NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT overrides_pkey PRIMARY KEY (tenant_id, key)
);
ALTER TABLE entitlements.overrides ENABLE ROW LEVEL SECURITY;
ALTER TABLE entitlements.overrides FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON entitlements.overrides FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON entitlements.overrides TO coresdk_app;

CREATE TABLE entitlements.plans (
  name text NOT NULL,
  definition jsonb NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT plans_pkey PRIMARY KEY (name)
);
ALTER TABLE entitlements.plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE entitlements.plans FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON entitlements.plans FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE events.counters (
  tenant_id text NOT NULL,
  last bigint NOT NULL,
  last_at timestamp with time zone NOT NULL,
  xids_from xid8 DEFAULT '9223372036854775807'::xid8 NOT NULL,
  CONSTRAINT counters_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE events.counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.counters FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON events.counters FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON events.counters FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT SELECT ON events.counters TO coresdk_app;

CREATE TABLE events.events (
  tenant_id text NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  seq bigint DEFAULT nextval('events.seq'::regclass) NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  data jsonb NOT NULL,
  number bigint,
  position bigint,
  began timestamp with time zone
) PARTITION BY RANGE (at);
CREATE INDEX events_feed ON ONLY events.events USING btree (xid, seq);
CREATE UNIQUE INDEX events_numbers ON ONLY events.events USING btree (tenant_id, number, at);
CREATE UNIQUE INDEX events_order ON ONLY events.events USING btree (tenant_id, xid, seq, at);
CREATE INDEX events_positions ON ONLY events.events USING btree ("position");
ALTER TABLE events.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON events.events FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON events.events FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
CREATE TRIGGER stage_instead BEFORE INSERT ON events.events FOR EACH ROW WHEN ((new.number IS NULL)) EXECUTE FUNCTION events.stage_instead();
GRANT SELECT ON events.events TO coresdk_app;

CREATE TABLE events.feed_end (
  one boolean DEFAULT true NOT NULL,
  last bigint DEFAULT 0 NOT NULL,
  last_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
  CONSTRAINT feed_end_pkey PRIMARY KEY (one),
  CONSTRAINT feed_end_one_check CHECK (one)
);
ALTER TABLE events.feed_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.feed_end FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON events.feed_end FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE events.staged (
  tenant_id text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  began timestamp with time zone DEFAULT now() NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  data jsonb NOT NULL,
  CONSTRAINT staged_pkey PRIMARY KEY (tenant_id, seq)
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);
CREATE INDEX staged_order ON events.staged USING btree (seq);
ALTER TABLE events.staged ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.staged FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON events.staged FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON events.staged FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));

CREATE TABLE factors.factors (
  tenant_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  credential_id bytea,
  public_key bytea,
  rp_id text,
  sign_count bigint DEFAULT 0 NOT NULL,
  transports text[] DEFAULT '{}'::text[] NOT NULL,
  is_synced boolean DEFAULT false NOT NULL,
  key_id text,
  sealed bytea,
  last_step bigint DEFAULT 0 NOT NULL,
  CONSTRAINT factors_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT factors_check CHECK (((kind = 'passkey'::text) = ((credential_id IS NOT NULL) AND (public_key IS NOT NULL) AND (rp_id IS NOT NULL)))),
  CONSTRAINT factors_check1 CHECK (((kind = 'totp'::text) = ((key_id IS NOT NULL) AND (sealed IS NOT NULL)))),
  CONSTRAINT factors_kind_check CHECK ((kind = ANY (ARRAY['passkey'::text, 'totp'::text])))
);
CREATE INDEX factors_of_user ON factors.factors USING btree (tenant_id, user_id);
CREATE INDEX passkey_hashes ON factors.factors USING btree (sha256(credential_id)) WHERE (credential_id IS NOT NULL);
CREATE UNIQUE INDEX passkey_ids ON factors.factors USING btree (tenant_id, credential_id) WHERE (credential_id IS NOT NULL);
ALTER TABLE factors.factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE factors.factors FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON factors.factors FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON factors.factors FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON factors.factors TO coresdk_app;

CREATE TABLE factors.recovery_codes (
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  code_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (tenant_id, user_id, code_hash)
);
ALTER TABLE factors.recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE factors.recovery_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON factors.recovery_codes FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON factors.recovery_codes TO coresdk_app;

CREATE TABLE factors.sign_in_rules (
  tenant_id text NOT NULL,
  app_id text NOT NULL,
  second_factor text NOT NULL,
  required_roles text[] DEFAULT '{}'::text[] NOT NULL,
  passkeys boolean DEFAULT true NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT sign_in_rules_pkey PRIMARY KEY (tenant_id, app_id),
  CONSTRAINT sign_in_rules_second_factor_check CHECK ((second_factor = ANY (ARRAY['off'::text, 'optional'::text, 'required'::text])))
);
ALTER TABLE factors.sign_in_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE factors.sign_in_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON factors.sign_in_rules FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON factors.sign_in_rules TO coresdk_app;

CREATE TABLE factors.used_challenges (
  tenant_id text NOT NULL,
  challenge_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT used_challenges_pkey PRIMARY KEY (tenant_id, challenge_hash)
);
CREATE INDEX used_challenges_by_age ON factors.used_challenges USING btree (expires_at);
ALTER TABLE factors.used_challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE factors.used_challenges FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON factors.used_challenges FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON factors.used_challenges FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON factors.used_challenges TO coresdk_app;

CREATE TABLE factors.user_handles (
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  handle bytea NOT NULL,
  CONSTRAINT user_handles_pkey PRIMARY KEY (tenant_id, user_id)
);
ALTER TABLE factors.user_handles ENABLE ROW LEVEL SECURITY;
ALTER TABLE factors.user_handles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON factors.user_handles FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON factors.user_handles TO coresdk_app;

CREATE TABLE files.contents (
  tenant_id text NOT NULL,
  id text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT contents_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE files.contents ENABLE ROW LEVEL SECURITY;
ALTER TABLE files.contents FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON files.contents FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON files.contents TO coresdk_app;

CREATE TABLE files.erased (
  prefix text NOT NULL,
  erased_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT erased_pkey PRIMARY KEY (prefix)
);

CREATE TABLE files.files (
  tenant_id text NOT NULL,
  id text NOT NULL,
  tier text NOT NULL,
  owner text NOT NULL,
  path text COLLATE "C" NOT NULL,
  project_id text,
  current_version integer,
  latest_version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  CONSTRAINT files_tenant_id_tier_owner_path_key UNIQUE (tenant_id, tier, owner, path),
  CONSTRAINT files_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT files_tier_check CHECK ((tier = ANY (ARRAY['private'::text, 'user'::text, 'shared'::text])))
);
CREATE INDEX files_private_of_user ON files.files USING btree (tenant_id, split_part(owner, '/'::text, 2)) WHERE ((tier = 'private'::text) AND (split_part(owner, '/'::text, 2) <> ''::text));
CREATE INDEX files_project ON files.files USING btree (tenant_id, project_id) WHERE (project_id IS NOT NULL);
ALTER TABLE files.files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files.files FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON files.files FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON files.files TO coresdk_app;

CREATE TABLE files.objects (
  tenant_id text NOT NULL,
  id text NOT NULL,
  content_id text,
  upload_id text,
  starts_at bigint NOT NULL,
  size_bytes bigint,
  created_at timestamp with time zone NOT NULL,
  holder text,
  content_type text,
  sha256 bytea,
  CONSTRAINT objects_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT objects_tenant_id_content_id_fkey FOREIGN KEY (tenant_id, content_id) REFERENCES files.contents(tenant_id, id) ON DELETE SET NULL (content_id),
  CONSTRAINT objects_tenant_id_upload_id_fkey FOREIGN KEY (tenant_id, upload_id) REFERENCES files.uploads(tenant_id, id) ON DELETE SET NULL (upload_id)
);
CREATE INDEX objects_content ON files.objects USING btree (tenant_id, content_id, starts_at);
CREATE INDEX objects_holder ON files.objects USING btree (tenant_id, holder) WHERE (holder IS NOT NULL);
CREATE INDEX objects_of_nothing ON files.objects USING btree (tenant_id) WHERE ((content_id IS NULL) AND (upload_id IS NULL) AND (holder IS NULL));
CREATE INDEX objects_upload ON files.objects USING btree (tenant_id, upload_id) WHERE (upload_id IS NOT NULL);
ALTER TABLE files.objects ENABLE ROW LEVEL SECURITY;
ALTER TABLE files.objects FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON files.objects FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON files.objects FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON files.objects TO coresdk_app;

CREATE TABLE files.uploads (
  tenant_id text NOT NULL,
  id text NOT NULL,
  caller text NOT NULL,
  tier text NOT NULL,
  owner text NOT NULL,
  path text COLLATE "C" NOT NULL,
  project_id text,
  content_type text NOT NULL,
  metadata text,
  if_match text,
  if_none_match text,
  size_bytes bigint,
  received_bytes bigint DEFAULT 0 NOT NULL,
  reserved_bytes bigint NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  CONSTRAINT uploads_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX uploads_expiry ON files.uploads USING btree (expires_at);
ALTER TABLE files.uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE files.uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON files.uploads FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON files.uploads FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON files.uploads TO coresdk_app;

CREATE TABLE files.usage (
  tenant_id text NOT NULL,
  used_bytes bigint DEFAULT 0 NOT NULL,
  reserved_bytes bigint DEFAULT 0 NOT NULL,
  uploads integer DEFAULT 0 NOT NULL,
  CONSTRAINT usage_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT usage_reserved_bytes_check CHECK ((reserved_bytes >= 0)),
  CONSTRAINT usage_uploads_check CHECK ((uploads >= 0)),
  CONSTRAINT usage_used_bytes_check CHECK ((used_bytes >= 0))
);
ALTER TABLE files.usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE files.usage FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON files.usage FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
CREATE TRIGGER remember_erased AFTER DELETE ON files.usage FOR EACH ROW EXECUTE FUNCTION files.remember_erased();
GRANT DELETE, INSERT, SELECT, UPDATE ON files.usage TO coresdk_app;

CREATE TABLE files.versions (
  tenant_id text NOT NULL,
  file_id text NOT NULL,
  version integer NOT NULL,
  content_id text NOT NULL,
  content_type text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  expires_at timestamp with time zone,
  CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, file_id, version),
  CONSTRAINT versions_tenant_id_content_id_fkey FOREIGN KEY (tenant_id, content_id) REFERENCES files.contents(tenant_id, id),
  CONSTRAINT versions_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES files.files(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX versions_content ON files.versions USING btree (tenant_id, content_id);
CREATE INDEX versions_expiry ON files.versions USING btree (expires_at) WHERE (expires_at IS NOT NULL);
ALTER TABLE files.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE files.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON files.versions FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON files.versions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON files.versions TO coresdk_app;

CREATE TABLE flags.heads (
  tenant_id text NOT NULL,
  version integer NOT NULL,
  CONSTRAINT heads_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE flags.heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE flags.heads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON flags.heads FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON flags.heads TO coresdk_app;

CREATE TABLE flags.scheduled (
  tenant_id text NOT NULL,
  id text NOT NULL,
  at timestamp with time zone NOT NULL,
  change jsonb NOT NULL,
  status text NOT NULL,
  version integer,
  error text,
  created_by text NOT NULL,
  created_by_type text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  done_at timestamp with time zone,
  CONSTRAINT scheduled_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT scheduled_created_by_type_check CHECK ((created_by_type = ANY (ARRAY['user'::text, 'service'::text, 'agent'::text, 'system'::text]))),
  CONSTRAINT scheduled_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'applied'::text, 'failed'::text])))
);
CREATE INDEX scheduled_due ON flags.scheduled USING btree (at) WHERE (status = 'pending'::text);
ALTER TABLE flags.scheduled ENABLE ROW LEVEL SECURITY;
ALTER TABLE flags.scheduled FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON flags.scheduled FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON flags.scheduled FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON flags.scheduled TO coresdk_app;

CREATE TABLE flags.versions (
  tenant_id text NOT NULL,
  version integer NOT NULL,
  action text NOT NULL,
  digest text NOT NULL,
  document text NOT NULL,
  flag_count integer NOT NULL,
  changed_flags jsonb NOT NULL,
  restored_from integer,
  scheduled_id text,
  created_by text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, version)
);
ALTER TABLE flags.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE flags.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON flags.versions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON flags.versions TO coresdk_app;

CREATE TABLE jobs.events (
  tenant_id text NOT NULL,
  job_id text NOT NULL,
  seq integer NOT NULL,
  type text NOT NULL,
  data jsonb DEFAULT '{}'::jsonb NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (tenant_id, job_id, seq)
);
ALTER TABLE jobs.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.events FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.events FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs.events TO coresdk_app;

CREATE TABLE jobs.executors (
  id text NOT NULL,
  node text NOT NULL,
  protocol integer NOT NULL,
  takes jsonb NOT NULL,
  beats bigint DEFAULT 0 NOT NULL,
  started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  beat_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  gone_at timestamp with time zone,
  is_clean boolean DEFAULT false NOT NULL,
  CONSTRAINT executors_pkey PRIMARY KEY (id)
);
ALTER TABLE jobs.executors ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.executors FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.executors FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE jobs.inputs (
  tenant_id text NOT NULL,
  job_id text NOT NULL,
  path text NOT NULL,
  content bytea NOT NULL,
  CONSTRAINT inputs_pkey PRIMARY KEY (tenant_id, job_id, path)
);
ALTER TABLE jobs.inputs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.inputs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.inputs FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.inputs FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs.inputs TO coresdk_app;

CREATE TABLE jobs.jobs (
  tenant_id text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  kind text NOT NULL,
  image text DEFAULT ''::text NOT NULL,
  state text DEFAULT 'pending'::text NOT NULL,
  place text DEFAULT 'ready'::text,
  request jsonb NOT NULL,
  input jsonb,
  result jsonb,
  priority smallint DEFAULT 5 NOT NULL,
  run_at timestamp with time zone DEFAULT now() NOT NULL,
  timeout_seconds integer NOT NULL,
  attempt integer DEFAULT 0 NOT NULL,
  max_attempts integer DEFAULT 1 NOT NULL,
  fence integer DEFAULT 0 NOT NULL,
  losses integer DEFAULT 0 NOT NULL,
  executor_id text,
  deadline_at timestamp with time zone,
  exit_code integer,
  error_code text,
  error text,
  progress smallint DEFAULT 0 NOT NULL,
  stage text DEFAULT ''::text NOT NULL,
  last_event integer DEFAULT 0 NOT NULL,
  progress_events integer DEFAULT 0 NOT NULL,
  log_lines bigint DEFAULT 0 NOT NULL,
  log_bytes bigint DEFAULT 0 NOT NULL,
  user_id text DEFAULT ''::text NOT NULL,
  submitted_by jsonb NOT NULL,
  secret_names text[] DEFAULT '{}'::text[] NOT NULL,
  cancel_reason text DEFAULT ''::text NOT NULL,
  parent_id text,
  depth smallint DEFAULT 0 NOT NULL,
  schedule_id text,
  requeued_from text,
  requeued_as text,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  principal jsonb,
  authority_checked_at timestamp with time zone,
  CONSTRAINT jobs_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT jobs_place_check CHECK ((place = ANY (ARRAY['delayed'::text, 'ready'::text, 'held'::text]))),
  CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'scheduling'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX jobs_by_created ON jobs.jobs USING btree (tenant_id, created_at, id);
CREATE INDEX jobs_by_state ON jobs.jobs USING btree (tenant_id, state, created_at, id);
CREATE INDEX jobs_children ON jobs.jobs USING btree (tenant_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX jobs_delayed ON jobs.jobs USING btree (run_at) WHERE (place = 'delayed'::text);
CREATE INDEX jobs_ended ON jobs.jobs USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX jobs_held ON jobs.jobs USING btree (executor_id) WHERE (place = 'held'::text);
CREATE INDEX jobs_held_of_tenant ON jobs.jobs USING btree (tenant_id) WHERE (place = 'held'::text);
CREATE INDEX jobs_ready ON jobs.jobs USING btree (type, tenant_id, priority DESC, run_at, id) WHERE (place = 'ready'::text);
ALTER TABLE jobs.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.jobs FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.jobs FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
CREATE TRIGGER let_outputs_go AFTER DELETE ON jobs.jobs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION jobs.let_outputs_go();
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs.jobs TO coresdk_app;

CREATE TABLE jobs.log_chunks (
  tenant_id text NOT NULL,
  job_id text NOT NULL,
  first_line bigint NOT NULL,
  lines integer NOT NULL,
  content bytea NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT log_chunks_pkey PRIMARY KEY (tenant_id, job_id, first_line)
);
ALTER TABLE jobs.log_chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.log_chunks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.log_chunks FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.log_chunks FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs.log_chunks TO coresdk_app;

CREATE TABLE jobs.outputs (
  tenant_id text NOT NULL,
  job_id text NOT NULL,
  key text NOT NULL,
  object text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 bytea,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  content_type text DEFAULT 'application/octet-stream'::text NOT NULL,
  CONSTRAINT outputs_pkey PRIMARY KEY (tenant_id, job_id, key)
);
ALTER TABLE jobs.outputs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.outputs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.outputs FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.outputs FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs.outputs TO coresdk_app;

CREATE TABLE jobs.schedules (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  request jsonb NOT NULL,
  paused boolean DEFAULT false NOT NULL,
  submitted_by jsonb NOT NULL,
  next_at timestamp with time zone,
  last_at timestamp with time zone,
  last_job_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  principal jsonb,
  pause_reason text,
  pending_owner jsonb,
  authority_checked_at timestamp with time zone,
  put_off_at timestamp with time zone,
  CONSTRAINT schedules_tenant_id_name_key UNIQUE (tenant_id, name),
  CONSTRAINT schedules_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX schedules_due ON jobs.schedules USING btree (next_at) WHERE (next_at IS NOT NULL);
ALTER TABLE jobs.schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.schedules FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.schedules FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.schedules FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs.schedules TO coresdk_app;

CREATE TABLE jobs.steps (
  tenant_id text NOT NULL,
  job_id text NOT NULL,
  number integer NOT NULL,
  name text NOT NULL,
  result jsonb,
  CONSTRAINT steps_pkey PRIMARY KEY (tenant_id, job_id, number)
);
ALTER TABLE jobs.steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs.steps FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON jobs.steps FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON jobs.steps FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, SELECT ON jobs.steps TO coresdk_app;

CREATE TABLE kernel.changes (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  topic text NOT NULL,
  tenant_id text,
  key text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  keep_until timestamp with time zone NOT NULL,
  CONSTRAINT changes_pkey PRIMARY KEY (id)
);
CREATE INDEX changes_keep_until ON kernel.changes USING btree (keep_until);
CREATE INDEX changes_topic ON kernel.changes USING btree (topic, id);
CREATE INDEX changes_xid ON kernel.changes USING btree (xid);
ALTER TABLE kernel.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.changes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON kernel.changes FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE TRIGGER log_token_mark AFTER INSERT ON kernel.changes FOR EACH ROW WHEN (((new.topic = 'revocations'::text) AND ((new.payload ->> 'kind'::text) = ANY (ARRAY['user'::text, 'session'::text, 'client'::text, 'tenant'::text])) AND ((new.payload ->> 'lifts'::text) IS DISTINCT FROM 'true'::text))) EXECUTE FUNCTION token_events.log_mark();

CREATE TABLE kernel.idempotent_writes (
  tenant_id text,
  caller text NOT NULL,
  key_hash bytea NOT NULL,
  action text NOT NULL,
  request_hash bytea NOT NULL,
  key_id text,
  sealed_answer bytea DEFAULT '\x'::bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT idempotent_writes_tenant_id_caller_key_hash_key UNIQUE NULLS NOT DISTINCT (tenant_id, caller, key_hash)
);
CREATE INDEX idempotent_writes_expires_at ON kernel.idempotent_writes USING btree (expires_at);
ALTER TABLE kernel.idempotent_writes ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.idempotent_writes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON kernel.idempotent_writes FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON kernel.idempotent_writes FOR ALL TO public USING ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant()))) WITH CHECK ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant())));
GRANT INSERT, SELECT, UPDATE ON kernel.idempotent_writes TO coresdk_app;

CREATE TABLE kernel.leases (
  name text NOT NULL,
  holder text NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  CONSTRAINT leases_pkey PRIMARY KEY (name)
);
ALTER TABLE kernel.leases ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.leases FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON kernel.leases FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE kernel.migrations (
  id integer DEFAULT nextval('kernel.migrations_id_seq'::regclass) NOT NULL,
  timestamp bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT PK_8c82d7f526340ab734260ea46be PRIMARY KEY (id)
);
GRANT SELECT ON kernel.migrations TO coresdk_app;

CREATE TABLE kernel.outbox (
  id text NOT NULL,
  topic text NOT NULL,
  tenant_id text,
  payload jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  resource jsonb,
  CONSTRAINT outbox_pkey PRIMARY KEY (id)
);
CREATE INDEX outbox_topic ON kernel.outbox USING btree (topic, created_at);
ALTER TABLE kernel.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel.outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON kernel.outbox FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON kernel.outbox FOR ALL TO public USING ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant()))) WITH CHECK ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant())));
CREATE TRIGGER take_event AFTER INSERT ON kernel.outbox FOR EACH ROW WHEN (((new.topic = 'audit'::text) AND (new.tenant_id IS NOT NULL) AND ((new.payload ->> 'outcome'::text) = 'success'::text) AND (NOT starts_with((new.payload ->> 'action'::text), 'oauth.'::text)))) EXECUTE FUNCTION events.take();
GRANT INSERT ON kernel.outbox TO coresdk_app;

CREATE TABLE kernel.sql_functions (
  name text NOT NULL,
  sha256 text NOT NULL,
  version text NOT NULL,
  loaded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT sql_functions_pkey PRIMARY KEY (name)
);
GRANT SELECT ON kernel.sql_functions TO coresdk_app;

CREATE TABLE keys.signing_keys (
  kid text NOT NULL,
  status text NOT NULL,
  public_jwk jsonb NOT NULL,
  sealed_private bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  retired_at timestamp with time zone,
  published_at timestamp with time zone,
  signs_from timestamp with time zone,
  activated_at timestamp with time zone,
  publish_until timestamp with time zone,
  CONSTRAINT signing_keys_pkey PRIMARY KEY (kid),
  CONSTRAINT signing_keys_status_check CHECK ((status = ANY (ARRAY['next'::text, 'active'::text, 'retired'::text])))
);
CREATE UNIQUE INDEX signing_keys_one ON keys.signing_keys USING btree (status) WHERE (status = ANY (ARRAY['next'::text, 'active'::text]));
GRANT DELETE, INSERT, SELECT, UPDATE ON keys.signing_keys TO coresdk_app;

CREATE TABLE managed_objects.objects (
  tenant_id text NOT NULL,
  place text NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  managed_by text NOT NULL,
  object_id text,
  change_set text,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT objects_pkey PRIMARY KEY (tenant_id, place)
);
ALTER TABLE managed_objects.objects ENABLE ROW LEVEL SECURITY;
ALTER TABLE managed_objects.objects FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON managed_objects.objects FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON managed_objects.objects TO coresdk_app;

CREATE TABLE masking.keys (
  tenant_id text NOT NULL,
  generation integer NOT NULL,
  key_id text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  CONSTRAINT keys_pkey PRIMARY KEY (tenant_id, generation),
  CONSTRAINT keys_generation_check CHECK (((generation >= 1) AND (generation <= 65535)))
);
ALTER TABLE masking.keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE masking.keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON masking.keys FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT ON masking.keys TO coresdk_app;

CREATE TABLE masking.rules (
  tenant_id text NOT NULL,
  version integer NOT NULL,
  rules jsonb,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT rules_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE masking.rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE masking.rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON masking.rules FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON masking.rules TO coresdk_app;

CREATE TABLE oauth.assertions (
  tenant_id text NOT NULL,
  client_id text NOT NULL,
  jti_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT assertions_pkey PRIMARY KEY (tenant_id, client_id, jti_hash)
);
CREATE INDEX assertions_expires_at ON oauth.assertions USING btree (expires_at);
ALTER TABLE oauth.assertions ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth.assertions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON oauth.assertions FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON oauth.assertions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON oauth.assertions TO coresdk_app;

CREATE TABLE oauth.claim_rules (
  tenant_id text NOT NULL,
  app_id text NOT NULL,
  version integer NOT NULL,
  rules jsonb NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT claim_rules_pkey PRIMARY KEY (tenant_id, app_id)
);
ALTER TABLE oauth.claim_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth.claim_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON oauth.claim_rules FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON oauth.claim_rules TO coresdk_app;

CREATE TABLE oauth.codes (
  tenant_id text NOT NULL,
  hash bytea NOT NULL,
  grant_id text NOT NULL,
  user_id text NOT NULL,
  client_id text NOT NULL,
  redirect_uri text NOT NULL,
  scopes text[] NOT NULL,
  resources text[] NOT NULL,
  nonce text,
  code_challenge text NOT NULL,
  session_id text NOT NULL,
  auth_time timestamp with time zone NOT NULL,
  amr text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  issued_jti text,
  issued_until timestamp with time zone,
  family bytea,
  CONSTRAINT codes_pkey PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX codes_expires_at ON oauth.codes USING btree (expires_at);
ALTER TABLE oauth.codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth.codes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON oauth.codes FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON oauth.codes FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON oauth.codes TO coresdk_app;

CREATE TABLE oauth.grants (
  tenant_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  client_id text NOT NULL,
  scopes text[] NOT NULL,
  remembered_scopes text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  resources text[] DEFAULT '{}'::text[] NOT NULL,
  remembered_resources text[] DEFAULT '{}'::text[] NOT NULL,
  remembered boolean DEFAULT false NOT NULL,
  CONSTRAINT grants_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX grants_live ON oauth.grants USING btree (tenant_id, user_id, client_id) WHERE (revoked_at IS NULL);
CREATE INDEX grants_of_client ON oauth.grants USING btree (tenant_id, client_id);
ALTER TABLE oauth.grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth.grants FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON oauth.grants FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON oauth.grants FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON oauth.grants TO coresdk_app;

CREATE TABLE oauth.refresh_families (
  tenant_id text NOT NULL,
  handle bytea NOT NULL,
  grant_id text NOT NULL,
  user_id text NOT NULL,
  client_id text NOT NULL,
  scopes text[] NOT NULL,
  resources text[] NOT NULL,
  session_id text NOT NULL,
  auth_time timestamp with time zone NOT NULL,
  amr text[] NOT NULL,
  current_hash bytea NOT NULL,
  previous_hash bytea,
  previous_request bytea,
  previous_answer bytea,
  rotated_at timestamp with time zone,
  last_issued_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  idle_until timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT refresh_families_pkey PRIMARY KEY (tenant_id, handle)
) WITH (fillfactor=70, toast_tuple_target=8160);
CREATE INDEX refresh_families_handle ON oauth.refresh_families USING btree (handle);
CREATE INDEX refresh_families_of_client ON oauth.refresh_families USING btree (tenant_id, client_id);
CREATE INDEX refresh_families_of_grant ON oauth.refresh_families USING btree (tenant_id, grant_id);
CREATE INDEX refresh_families_of_user ON oauth.refresh_families USING btree (tenant_id, user_id);
ALTER TABLE oauth.refresh_families ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth.refresh_families FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON oauth.refresh_families FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON oauth.refresh_families FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON oauth.refresh_families TO coresdk_app;

CREATE TABLE oauth.token_policies (
  tenant_id text NOT NULL,
  enabled boolean NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT token_policies_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE oauth.token_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth.token_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON oauth.token_policies FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON oauth.token_policies TO coresdk_app;

CREATE TABLE policy.decisions (
  tenant_id text NOT NULL,
  id text NOT NULL,
  ts timestamp with time zone NOT NULL,
  rule text NOT NULL,
  allowed boolean NOT NULL,
  code text,
  version integer,
  duration_micros integer NOT NULL,
  input jsonb,
  masked boolean NOT NULL,
  caller text NOT NULL,
  request_id text NOT NULL,
  CONSTRAINT decisions_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE policy.decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy.decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON policy.decisions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON policy.decisions TO coresdk_app;

CREATE TABLE policy.heads (
  tenant_id text NOT NULL,
  last_version integer NOT NULL,
  active_version integer,
  CONSTRAINT heads_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE policy.heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy.heads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON policy.heads FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON policy.heads TO coresdk_app;

CREATE TABLE policy.keys (
  tenant_id text NOT NULL,
  id text NOT NULL,
  algorithm text NOT NULL,
  public_key text NOT NULL,
  scope text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT keys_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE policy.keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy.keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON policy.keys FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON policy.keys TO coresdk_app;

CREATE TABLE policy.versions (
  tenant_id text NOT NULL,
  version integer NOT NULL,
  revision text NOT NULL,
  digest text NOT NULL,
  archive bytea NOT NULL,
  modules jsonb NOT NULL,
  roots jsonb NOT NULL,
  tests_passed integer NOT NULL,
  tests_skipped integer NOT NULL,
  signed_by text,
  restored_from integer,
  created_by text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  activated_at timestamp with time zone,
  CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, version)
);
ALTER TABLE policy.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON policy.versions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON policy.versions TO coresdk_app;

CREATE TABLE projects.members (
  tenant_id text NOT NULL,
  project_id text NOT NULL,
  user_id text NOT NULL,
  role text NOT NULL,
  added_at timestamp with time zone DEFAULT now() NOT NULL,
  added_by text NOT NULL,
  CONSTRAINT members_pkey PRIMARY KEY (tenant_id, project_id, user_id),
  CONSTRAINT members_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects.projects(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text, 'viewer'::text])))
);
CREATE INDEX members_by_added ON projects.members USING btree (tenant_id, project_id, added_at, user_id);
CREATE INDEX members_by_user ON projects.members USING btree (tenant_id, user_id);
ALTER TABLE projects.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects.members FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON projects.members FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON projects.members TO coresdk_app;

CREATE TABLE projects.projects (
  tenant_id text NOT NULL,
  id text NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  owner_id text NOT NULL,
  status text NOT NULL,
  priority text NOT NULL,
  start_date date,
  end_date date,
  budget numeric(18,2),
  labels text[] NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  version integer DEFAULT 1 NOT NULL,
  created_by text NOT NULL,
  updated_by text NOT NULL,
  deleted_by text,
  CONSTRAINT projects_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT projects_dates CHECK ((end_date >= start_date))
);
CREATE INDEX projects_by_created ON projects.projects USING btree (tenant_id, created_at, id);
CREATE INDEX projects_by_name ON projects.projects USING btree (tenant_id, name, id);
CREATE INDEX projects_by_owner ON projects.projects USING btree (tenant_id, owner_id);
CREATE INDEX projects_by_updated ON projects.projects USING btree (tenant_id, updated_at, id);
CREATE INDEX projects_deleted ON projects.projects USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX projects_key ON projects.projects USING btree (tenant_id, key) WHERE (deleted_at IS NULL);
ALTER TABLE projects.projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects.projects FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON projects.projects FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON projects.projects FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON projects.projects TO coresdk_app;

CREATE TABLE rate_limit.buckets (
  tenant_id text NOT NULL,
  name text NOT NULL,
  empty_at double precision NOT NULL,
  granted integer NOT NULL,
  CONSTRAINT buckets_pkey PRIMARY KEY (tenant_id, name)
) WITH (fillfactor=70);
ALTER TABLE rate_limit.buckets ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit.buckets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON rate_limit.buckets FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE rate_limit.leases (
  tenant_id text NOT NULL,
  name text NOT NULL,
  id text NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  CONSTRAINT leases_pkey PRIMARY KEY (tenant_id, name, id)
);
ALTER TABLE rate_limit.leases ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit.leases FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON rate_limit.leases FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE rate_limit.replicas (
  id text NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT replicas_pkey PRIMARY KEY (id)
);
ALTER TABLE rate_limit.replicas ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit.replicas FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON rate_limit.replicas FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE rate_limit.rules (
  tenant_id text,
  name text NOT NULL,
  plan text,
  definition jsonb NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT rules_tenant_id_name_key UNIQUE NULLS NOT DISTINCT (tenant_id, name),
  CONSTRAINT rules_check CHECK (((tenant_id IS NULL) = (plan IS NOT NULL)))
);
ALTER TABLE rate_limit.rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit.rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON rate_limit.rules FOR ALL TO public USING ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant()))) WITH CHECK ((NOT (tenant_id IS DISTINCT FROM kernel.current_tenant())));
GRANT DELETE, INSERT, SELECT, UPDATE ON rate_limit.rules TO coresdk_app;

CREATE TABLE rate_limit.usage (
  tenant_id text NOT NULL,
  name text NOT NULL,
  month date NOT NULL,
  used bigint NOT NULL,
  CONSTRAINT usage_pkey PRIMARY KEY (tenant_id, name, month)
);
ALTER TABLE rate_limit.usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit.usage FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON rate_limit.usage FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE saml.providers (
  tenant_id text NOT NULL,
  id text NOT NULL,
  entity_id text NOT NULL,
  name text NOT NULL,
  certificates text[] NOT NULL,
  audience text NOT NULL,
  recipients text[] NOT NULL,
  clock_skew_seconds integer NOT NULL,
  attribute_mapping jsonb NOT NULL,
  enabled boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT providers_tenant_id_entity_id_key UNIQUE (tenant_id, entity_id),
  CONSTRAINT providers_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE saml.providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE saml.providers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON saml.providers FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON saml.providers TO coresdk_app;

CREATE TABLE saml.shown_assertions (
  tenant_id text NOT NULL,
  hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT shown_assertions_pkey PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX shown_assertions_expires_at ON saml.shown_assertions USING btree (expires_at);
ALTER TABLE saml.shown_assertions ENABLE ROW LEVEL SECURITY;
ALTER TABLE saml.shown_assertions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON saml.shown_assertions FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON saml.shown_assertions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON saml.shown_assertions TO coresdk_app;

CREATE TABLE scim.connections (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  preset text NOT NULL,
  client_id text,
  enabled boolean NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT connections_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX connections_client ON scim.connections USING btree (tenant_id, client_id) WHERE (client_id IS NOT NULL);
ALTER TABLE scim.connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE scim.connections FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON scim.connections FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON scim.connections TO coresdk_app;

CREATE TABLE scim.extensions (
  tenant_id text NOT NULL,
  urn text NOT NULL,
  resource text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  attributes jsonb NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT extensions_pkey PRIMARY KEY (tenant_id, urn)
);
ALTER TABLE scim.extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE scim.extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON scim.extensions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON scim.extensions TO coresdk_app;

CREATE TABLE scim.tokens (
  tenant_id text NOT NULL,
  id text NOT NULL,
  connection_id text NOT NULL,
  hash bytea NOT NULL,
  prefix text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT tokens_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT tokens_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES scim.connections(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX tokens_hash ON scim.tokens USING btree (hash);
CREATE INDEX tokens_of_connection ON scim.tokens USING btree (tenant_id, connection_id);
ALTER TABLE scim.tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE scim.tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON scim.tokens FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON scim.tokens FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON scim.tokens TO coresdk_app;

CREATE TABLE sealing.proof (
  id integer NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT proof_pkey PRIMARY KEY (id),
  CONSTRAINT proof_id_check CHECK ((id = 1))
);
ALTER TABLE sealing.proof ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealing.proof FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON sealing.proof FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE sealing.tenant_keys (
  tenant_id text NOT NULL,
  id text NOT NULL,
  wrapped bytea NOT NULL,
  is_current boolean NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tenant_keys_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tenant_keys_current ON sealing.tenant_keys USING btree (tenant_id) WHERE is_current;
CREATE INDEX tenant_keys_master ON sealing.tenant_keys USING btree (SUBSTRING(wrapped FROM 1 FOR 5));
ALTER TABLE sealing.tenant_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealing.tenant_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON sealing.tenant_keys FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON sealing.tenant_keys FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON sealing.tenant_keys TO coresdk_app;

CREATE TABLE secrets.bundles (
  tenant_id text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  refs jsonb NOT NULL,
  revision integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT bundles_pkey PRIMARY KEY (tenant_id, name)
);
ALTER TABLE secrets.bundles ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets.bundles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON secrets.bundles FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON secrets.bundles TO coresdk_app;

CREATE TABLE secrets.grants (
  tenant_id text NOT NULL,
  id text NOT NULL,
  principal_type text NOT NULL,
  principal_id text NOT NULL,
  bundle text,
  provider text,
  path text,
  expires_at timestamp with time zone,
  context_id_prefix text,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  client_registered_at timestamp with time zone,
  CONSTRAINT grants_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT grants_tenant_id_bundle_fkey FOREIGN KEY (tenant_id, bundle) REFERENCES secrets.bundles(tenant_id, name) ON DELETE CASCADE,
  CONSTRAINT grants_check CHECK (((bundle IS NULL) = ((path IS NOT NULL) AND (provider IS NOT NULL)))),
  CONSTRAINT grants_check1 CHECK (((principal_type = 'client'::text) = (client_registered_at IS NOT NULL)))
);
CREATE INDEX grants_bundle ON secrets.grants USING btree (tenant_id, bundle);
ALTER TABLE secrets.grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets.grants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON secrets.grants FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON secrets.grants TO coresdk_app;

CREATE TABLE secrets.secrets (
  tenant_id text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  current_version integer NOT NULL,
  max_versions integer NOT NULL,
  revision integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT secrets_pkey PRIMARY KEY (tenant_id, name)
);
ALTER TABLE secrets.secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets.secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON secrets.secrets FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON secrets.secrets TO coresdk_app;

CREATE TABLE secrets.versions (
  tenant_id text NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  key_id text,
  sealed bytea,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  resolvable_until timestamp with time zone,
  destroyed_at timestamp with time zone,
  CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, name, version),
  CONSTRAINT versions_tenant_id_name_fkey FOREIGN KEY (tenant_id, name) REFERENCES secrets.secrets(tenant_id, name) ON DELETE CASCADE
);
CREATE INDEX versions_key ON secrets.versions USING btree (tenant_id, key_id) WHERE (key_id IS NOT NULL);
ALTER TABLE secrets.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON secrets.versions FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON secrets.versions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON secrets.versions TO coresdk_app;

CREATE TABLE skills.aliases (
  tenant_id text NOT NULL,
  name text NOT NULL,
  alias text NOT NULL,
  version integer NOT NULL,
  previous integer,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT aliases_pkey PRIMARY KEY (tenant_id, name, alias),
  CONSTRAINT aliases_tenant_id_name_version_fkey FOREIGN KEY (tenant_id, name, version) REFERENCES skills.versions(tenant_id, name, version) ON DELETE CASCADE
);
CREATE INDEX aliases_by_version ON skills.aliases USING btree (tenant_id, name, version);
ALTER TABLE skills.aliases ENABLE ROW LEVEL SECURITY;
ALTER TABLE skills.aliases FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON skills.aliases FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON skills.aliases FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON skills.aliases TO coresdk_app;

CREATE TABLE skills.signing (
  tenant_id text NOT NULL,
  name text NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  previous_key_id text,
  previous_sealed bytea,
  previous_until timestamp with time zone,
  CONSTRAINT signing_pkey PRIMARY KEY (tenant_id, name),
  CONSTRAINT signing_tenant_id_name_fkey FOREIGN KEY (tenant_id, name) REFERENCES skills.skills(tenant_id, name) ON DELETE CASCADE
);
ALTER TABLE skills.signing ENABLE ROW LEVEL SECURITY;
ALTER TABLE skills.signing FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON skills.signing FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON skills.signing FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON skills.signing TO coresdk_app;

CREATE TABLE skills.skills (
  tenant_id text NOT NULL,
  name text NOT NULL,
  latest integer NOT NULL,
  revision integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT skills_pkey PRIMARY KEY (tenant_id, name)
);
ALTER TABLE skills.skills ENABLE ROW LEVEL SECURITY;
ALTER TABLE skills.skills FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON skills.skills FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON skills.skills FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON skills.skills TO coresdk_app;

CREATE TABLE skills.versions (
  tenant_id text NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  hash text NOT NULL,
  runtime text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  definition json NOT NULL,
  code json,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  principal jsonb,
  CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, name, version),
  CONSTRAINT versions_tenant_id_name_fkey FOREIGN KEY (tenant_id, name) REFERENCES skills.skills(tenant_id, name) ON DELETE CASCADE
);
ALTER TABLE skills.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE skills.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON skills.versions FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON skills.versions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
CREATE TRIGGER versions_never_change BEFORE UPDATE ON skills.versions FOR EACH ROW EXECUTE FUNCTION skills.refuse_change();
GRANT DELETE, INSERT, SELECT ON skills.versions TO coresdk_app;

CREATE TABLE tenants.erasures (
  id text NOT NULL,
  subject text NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  erase_from timestamp with time zone NOT NULL,
  progress jsonb DEFAULT '{}'::jsonb NOT NULL,
  finished_at timestamp with time zone,
  certificate text,
  CONSTRAINT erasures_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX erasures_running ON tenants.erasures USING btree (subject) WHERE (finished_at IS NULL);
ALTER TABLE tenants.erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON tenants.erasures FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE tenants.tenants (
  id text NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  plan text NOT NULL,
  status text NOT NULL,
  logo_uri text,
  color text,
  settings jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  erase_after timestamp with time zone,
  CONSTRAINT tenants_slug_key UNIQUE (slug),
  CONSTRAINT tenants_pkey PRIMARY KEY (id)
);
CREATE INDEX tenants_to_erase ON tenants.tenants USING btree (erase_after) WHERE (status = 'pending_deletion'::text);
ALTER TABLE tenants.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants.tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON tenants.tenants FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON tenants.tenants FOR ALL TO public USING ((id = kernel.current_tenant())) WITH CHECK ((id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON tenants.tenants TO coresdk_app;

CREATE TABLE token_events.counters (
  tenant_id text NOT NULL,
  last bigint NOT NULL,
  last_at timestamp with time zone NOT NULL,
  xids_from xid8 DEFAULT '9223372036854775807'::xid8 NOT NULL,
  CONSTRAINT counters_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE token_events.counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_events.counters FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON token_events.counters FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON token_events.counters FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT SELECT ON token_events.counters TO coresdk_app;

CREATE TABLE token_events.events (
  tenant_id text NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  seq bigint DEFAULT nextval('token_events.seq'::regclass) NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  type text NOT NULL,
  client_id text,
  user_id text,
  details jsonb NOT NULL,
  number bigint,
  of_all bigint
) PARTITION BY RANGE (at);
CREATE UNIQUE INDEX events_numbers ON ONLY token_events.events USING btree (tenant_id, number, at);
CREATE UNIQUE INDEX events_order ON ONLY token_events.events USING btree (tenant_id, xid, seq, at);
ALTER TABLE token_events.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_events.events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON token_events.events FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON token_events.events FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
CREATE TRIGGER stage_instead BEFORE INSERT ON token_events.events FOR EACH ROW WHEN ((new.number IS NULL)) EXECUTE FUNCTION token_events.stage_instead();
GRANT INSERT, SELECT ON token_events.events TO coresdk_app;

CREATE TABLE token_events.staged (
  tenant_id text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  type text NOT NULL,
  client_id text,
  user_id text,
  details jsonb NOT NULL,
  CONSTRAINT staged_pkey PRIMARY KEY (tenant_id, seq)
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);
CREATE INDEX staged_order ON token_events.staged USING btree (seq);
ALTER TABLE token_events.staged ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_events.staged FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON token_events.staged FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON token_events.staged FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT ON token_events.staged TO coresdk_app;

CREATE TABLE users.account_rules (
  tenant_id text NOT NULL,
  min_length integer NOT NULL,
  blocked_words text[] NOT NULL,
  session_minutes integer,
  idle_minutes integer,
  max_sessions integer NOT NULL,
  new_device_notices boolean NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  sign_up text DEFAULT 'invite'::text NOT NULL,
  sign_up_domains text[] DEFAULT '{}'::text[] NOT NULL,
  sign_up_role text DEFAULT 'viewer'::text NOT NULL,
  terms_url text,
  email_codes boolean DEFAULT false NOT NULL,
  stay_days integer,
  self_deletion boolean DEFAULT false NOT NULL,
  CONSTRAINT account_rules_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE users.account_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.account_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON users.account_rules FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.account_rules TO coresdk_app;

CREATE TABLE users.group_groups (
  tenant_id text NOT NULL,
  group_id text NOT NULL,
  member_id text NOT NULL,
  added_at timestamp with time zone NOT NULL,
  CONSTRAINT group_groups_pkey PRIMARY KEY (tenant_id, group_id, member_id),
  CONSTRAINT group_groups_tenant_id_group_id_fkey FOREIGN KEY (tenant_id, group_id) REFERENCES users.groups(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT group_groups_tenant_id_member_id_fkey FOREIGN KEY (tenant_id, member_id) REFERENCES users.groups(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT group_groups_check CHECK ((group_id <> member_id))
);
CREATE INDEX group_groups_of_member ON users.group_groups USING btree (tenant_id, member_id);
ALTER TABLE users.group_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.group_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON users.group_groups FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.group_groups TO coresdk_app;

CREATE TABLE users.group_members (
  tenant_id text NOT NULL,
  group_id text NOT NULL,
  user_id text NOT NULL,
  added_at timestamp with time zone NOT NULL,
  CONSTRAINT group_members_pkey PRIMARY KEY (tenant_id, group_id, user_id),
  CONSTRAINT group_members_tenant_id_group_id_fkey FOREIGN KEY (tenant_id, group_id) REFERENCES users.groups(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT group_members_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users.users(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_of_user ON users.group_members USING btree (tenant_id, user_id);
ALTER TABLE users.group_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.group_members FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON users.group_members FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.group_members TO coresdk_app;

CREATE TABLE users.group_roles (
  tenant_id text NOT NULL,
  rules jsonb NOT NULL,
  default_role text NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT group_roles_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE users.group_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.group_roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON users.group_roles FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.group_roles TO coresdk_app;

CREATE TABLE users.groups (
  tenant_id text NOT NULL,
  id text NOT NULL,
  display_name text NOT NULL,
  name_key text NOT NULL,
  external_id text,
  role text,
  revision integer DEFAULT 1 NOT NULL,
  member_count integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  profile jsonb DEFAULT '{}'::jsonb NOT NULL,
  granted_role text,
  CONSTRAINT groups_tenant_id_name_key_key UNIQUE (tenant_id, name_key),
  CONSTRAINT groups_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX groups_external_id ON users.groups USING btree (tenant_id, external_id) WHERE (external_id IS NOT NULL);
ALTER TABLE users.groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.groups FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON users.groups FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.groups TO coresdk_app;

CREATE TABLE users.invitations (
  tenant_id text NOT NULL,
  id text NOT NULL,
  hash bytea NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL,
  role text NOT NULL,
  user_id text,
  sent integer DEFAULT 1 NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  sent_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT invitations_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users.users(tenant_id, id) ON DELETE SET NULL (user_id)
);
CREATE INDEX invitations_by_created ON users.invitations USING btree (tenant_id, created_at, id);
CREATE INDEX invitations_expiry ON users.invitations USING btree (expires_at);
CREATE INDEX invitations_hash ON users.invitations USING btree (hash);
CREATE INDEX invitations_of_email ON users.invitations USING btree (tenant_id, email_key, sent_at);
CREATE INDEX invitations_of_user ON users.invitations USING btree (tenant_id, user_id);
ALTER TABLE users.invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.invitations FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON users.invitations FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.invitations TO coresdk_app;

CREATE TABLE users.password_links (
  tenant_id text NOT NULL,
  hash bytea NOT NULL,
  user_id text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT password_links_pkey PRIMARY KEY (tenant_id, hash),
  CONSTRAINT password_links_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users.users(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX password_links_expiry ON users.password_links USING btree (expires_at);
CREATE INDEX password_links_hash ON users.password_links USING btree (hash);
CREATE INDEX password_links_of_user ON users.password_links USING btree (tenant_id, user_id);
ALTER TABLE users.password_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.password_links FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.password_links FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON users.password_links FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.password_links TO coresdk_app;

CREATE TABLE users.sent_mails (
  tenant_id text NOT NULL,
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  mailbox bytea NOT NULL,
  sent_at timestamp with time zone NOT NULL,
  CONSTRAINT sent_mails_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sent_mails_by_time ON users.sent_mails USING btree (tenant_id, sent_at);
CREATE INDEX sent_mails_over ON users.sent_mails USING btree (sent_at);
ALTER TABLE users.sent_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.sent_mails FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.sent_mails FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON users.sent_mails FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.sent_mails TO coresdk_app;

CREATE TABLE users.sessions (
  tenant_id text NOT NULL,
  id text NOT NULL,
  token_hash bytea NOT NULL,
  user_id text NOT NULL,
  auth_time timestamp with time zone NOT NULL,
  amr text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ip text NOT NULL,
  user_agent text NOT NULL,
  idle_seconds integer,
  CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT sessions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users.users(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_expiry ON users.sessions USING btree (expires_at);
CREATE INDEX sessions_of_user ON users.sessions USING btree (tenant_id, user_id);
CREATE INDEX sessions_token ON users.sessions USING btree (token_hash);
ALTER TABLE users.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.sessions FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON users.sessions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.sessions TO coresdk_app;

CREATE TABLE users.sign_in_codes (
  tenant_id text NOT NULL,
  id text NOT NULL,
  user_id text NOT NULL,
  code_hash bytea NOT NULL,
  browser_hash bytea NOT NULL,
  request text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT sign_in_codes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT sign_in_codes_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users.users(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_in_codes_expiry ON users.sign_in_codes USING btree (expires_at);
CREATE INDEX sign_in_codes_of_user ON users.sign_in_codes USING btree (tenant_id, user_id);
ALTER TABLE users.sign_in_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.sign_in_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.sign_in_codes FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON users.sign_in_codes FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.sign_in_codes TO coresdk_app;

CREATE TABLE users.sign_in_failures (
  key bytea NOT NULL,
  failures integer NOT NULL,
  blocked_until timestamp with time zone NOT NULL,
  forget_at timestamp with time zone NOT NULL,
  account bytea,
  CONSTRAINT sign_in_failures_pkey PRIMARY KEY (key)
);
CREATE INDEX sign_in_failures_forget ON users.sign_in_failures USING btree (forget_at);
CREATE INDEX sign_in_failures_of_account ON users.sign_in_failures USING btree (account) WHERE (account IS NOT NULL);
ALTER TABLE users.sign_in_failures ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.sign_in_failures FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.sign_in_failures FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE users.users (
  tenant_id text NOT NULL,
  id text NOT NULL,
  email text,
  email_key text,
  email_verified boolean NOT NULL,
  display_name text NOT NULL,
  avatar_url text,
  role text NOT NULL,
  status text NOT NULL,
  locale text,
  password_hash text,
  credential_version integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  name_key text COLLATE "C" DEFAULT ''::text NOT NULL,
  theme text DEFAULT 'system'::text NOT NULL,
  notifications_enabled boolean DEFAULT true NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_by text,
  updated_by text,
  user_name text,
  user_name_key text COLLATE "C",
  external_id text,
  profile jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT users_tenant_id_email_key_key UNIQUE (tenant_id, email_key),
  CONSTRAINT users_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT users_named CHECK (((user_name_key IS NOT NULL) OR (email_key IS NOT NULL)))
) WITH (fillfactor=85);
CREATE INDEX users_by_created ON users.users USING btree (tenant_id, created_at, id);
CREATE INDEX users_by_email ON users.users USING btree (tenant_id, email_key COLLATE "C", id);
CREATE INDEX users_by_name ON users.users USING btree (tenant_id, name_key, id);
CREATE INDEX users_by_updated ON users.users USING brin (updated_at) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX users_email ON users.users USING btree (email_key);
CREATE INDEX users_external_id ON users.users USING btree (tenant_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX users_of_role_by_created ON users.users USING btree (tenant_id, role, created_at, id);
CREATE INDEX users_of_role_by_email ON users.users USING btree (tenant_id, role, email_key COLLATE "C", id);
CREATE INDEX users_of_role_by_name ON users.users USING btree (tenant_id, role, name_key, id);
CREATE INDEX users_of_status_by_created ON users.users USING btree (tenant_id, status, created_at, id);
CREATE INDEX users_of_status_by_email ON users.users USING btree (tenant_id, status, email_key COLLATE "C", id);
CREATE INDEX users_of_status_by_name ON users.users USING btree (tenant_id, status, name_key, id);
CREATE UNIQUE INDEX users_user_name ON users.users USING btree (tenant_id, (
CASE
    WHEN (user_name_key IS NULL) THEN email_key
    ELSE user_name_key
END));
ALTER TABLE users.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users.users FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON users.users FOR SELECT TO coresdk_owner USING (true);
CREATE POLICY tenant_wall ON users.users FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON users.users TO coresdk_app;

CREATE TABLE webhooks.deliveries (
  tenant_id text NOT NULL,
  webhook_id text NOT NULL,
  event_id text NOT NULL,
  event_type text NOT NULL,
  place text NOT NULL,
  state text DEFAULT 'pending'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  due_at timestamp with time zone DEFAULT now() NOT NULL,
  last_status integer,
  last_error text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT deliveries_pkey PRIMARY KEY (tenant_id, webhook_id, event_id)
);
CREATE INDEX deliveries_by_created ON webhooks.deliveries USING btree (tenant_id, webhook_id, created_at, event_id);
CREATE INDEX deliveries_done ON webhooks.deliveries USING btree (ended_at) WHERE (state = 'delivered'::text);
CREATE INDEX deliveries_due ON webhooks.deliveries USING btree (tenant_id, webhook_id, due_at) WHERE (state = 'pending'::text);
CREATE INDEX deliveries_open ON webhooks.deliveries USING btree (created_at) WHERE (state <> 'delivered'::text);
ALTER TABLE webhooks.deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks.deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON webhooks.deliveries FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON webhooks.deliveries FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON webhooks.deliveries TO coresdk_app;

CREATE TABLE webhooks.intake (
  one boolean DEFAULT true NOT NULL,
  place text,
  feed_place text,
  CONSTRAINT intake_pkey PRIMARY KEY (one),
  CONSTRAINT intake_one_check CHECK (one)
);
ALTER TABLE webhooks.intake ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks.intake FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON webhooks.intake FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE webhooks.webhooks (
  tenant_id text NOT NULL,
  id text NOT NULL,
  url text NOT NULL,
  description text NOT NULL,
  types text[] NOT NULL,
  key_id text,
  sealed bytea,
  previous_key_id text,
  previous_sealed bytea,
  previous_until timestamp with time zone,
  status text DEFAULT 'active'::text NOT NULL,
  paused_reason text,
  from_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  failing_since timestamp with time zone,
  last_error text,
  due_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
  not_before timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
  lease text,
  leased_until timestamp with time zone,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT webhooks_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhooks_by_created ON webhooks.webhooks USING btree (tenant_id, created_at, id);
CREATE INDEX webhooks_deleted ON webhooks.webhooks USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX webhooks_due ON webhooks.webhooks USING btree (GREATEST(due_at, not_before)) WHERE ((status = 'active'::text) AND (deleted_at IS NULL));
CREATE INDEX webhooks_leased ON webhooks.webhooks USING btree (leased_until) WHERE (leased_until IS NOT NULL);
ALTER TABLE webhooks.webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks.webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON webhooks.webhooks FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON webhooks.webhooks FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT INSERT, SELECT, UPDATE ON webhooks.webhooks TO coresdk_app;

CREATE TABLE workflows.firings (
  tenant_id text NOT NULL,
  workflow_id text NOT NULL,
  key text NOT NULL,
  version integer NOT NULL,
  submitted_by jsonb NOT NULL,
  place text,
  digest bytea,
  job_id text,
  error text,
  attempts integer DEFAULT 0 NOT NULL,
  due_at timestamp with time zone,
  at timestamp with time zone DEFAULT now() NOT NULL,
  principal jsonb,
  CONSTRAINT firings_pkey PRIMARY KEY (tenant_id, workflow_id, key),
  CONSTRAINT firings_tenant_id_workflow_id_fkey FOREIGN KEY (tenant_id, workflow_id) REFERENCES workflows.workflows(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX firings_by_age ON workflows.firings USING btree (at);
CREATE INDEX firings_due ON workflows.firings USING btree (tenant_id, due_at) WHERE (due_at IS NOT NULL);
ALTER TABLE workflows.firings ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.firings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.firings FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON workflows.firings FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON workflows.firings TO coresdk_app;

CREATE TABLE workflows.intake (
  one boolean DEFAULT true NOT NULL,
  place text,
  feed_place text,
  CONSTRAINT intake_pkey PRIMARY KEY (one),
  CONSTRAINT intake_one_check CHECK (one)
);
ALTER TABLE workflows.intake ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.intake FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.intake FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);

CREATE TABLE workflows.runs (
  tenant_id text NOT NULL,
  id text NOT NULL,
  workflow_id text NOT NULL,
  version integer NOT NULL,
  undoes text,
  closed_at timestamp with time zone,
  CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT runs_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES jobs.jobs(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT runs_tenant_id_workflow_id_version_fkey FOREIGN KEY (tenant_id, workflow_id, version) REFERENCES workflows.versions(tenant_id, id, version)
);
CREATE INDEX runs_by_version ON workflows.runs USING btree (tenant_id, workflow_id, version);
ALTER TABLE workflows.runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.runs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.runs FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON workflows.runs FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON workflows.runs TO coresdk_app;

CREATE TABLE workflows.steps (
  tenant_id text NOT NULL,
  run_id text NOT NULL,
  step_id text NOT NULL,
  state text NOT NULL,
  attempt integer DEFAULT 1 NOT NULL,
  output json,
  error json,
  due_at timestamp with time zone,
  started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT steps_pkey PRIMARY KEY (tenant_id, run_id, step_id),
  CONSTRAINT steps_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES workflows.runs(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT steps_state_check CHECK ((state = ANY (ARRAY['running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'skipped'::text])))
);
ALTER TABLE workflows.steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.steps FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.steps FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON workflows.steps FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON workflows.steps TO coresdk_app;

CREATE TABLE workflows.triggers (
  tenant_id text NOT NULL,
  workflow_id text NOT NULL,
  type text NOT NULL,
  is_armed boolean NOT NULL,
  event text,
  from_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  from_at timestamp with time zone DEFAULT now() NOT NULL,
  submitted_by jsonb NOT NULL,
  key_id text,
  sealed bytea,
  previous_key_id text,
  previous_sealed bytea,
  previous_until timestamp with time zone,
  principal jsonb,
  pause_reason text,
  pending_owner jsonb,
  authority_checked_at timestamp with time zone,
  CONSTRAINT triggers_pkey PRIMARY KEY (tenant_id, workflow_id),
  CONSTRAINT triggers_tenant_id_workflow_id_fkey FOREIGN KEY (tenant_id, workflow_id) REFERENCES workflows.workflows(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT triggers_type_check CHECK ((type = ANY (ARRAY['event'::text, 'webhook'::text])))
);
CREATE INDEX triggers_armed ON workflows.triggers USING btree (from_xid) WHERE ((type = 'event'::text) AND is_armed);
CREATE INDEX triggers_hooks ON workflows.triggers USING btree (workflow_id) WHERE (type = 'webhook'::text);
ALTER TABLE workflows.triggers ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.triggers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.triggers FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON workflows.triggers FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON workflows.triggers TO coresdk_app;

CREATE TABLE workflows.versions (
  tenant_id text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  definition json NOT NULL,
  pins jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, id, version),
  CONSTRAINT versions_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES workflows.workflows(tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE workflows.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.versions FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON workflows.versions FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT ON workflows.versions TO coresdk_app;

CREATE TABLE workflows.workflows (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by text NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT workflows_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT workflows_status_check CHECK ((status = ANY (ARRAY['active'::text, 'draft'::text, 'disabled'::text])))
);
CREATE INDEX workflows_by_creation ON workflows.workflows USING btree (tenant_id, created_at, id);
CREATE UNIQUE INDEX workflows_by_name ON workflows.workflows USING btree (tenant_id, name) WHERE (deleted_at IS NULL);
ALTER TABLE workflows.workflows ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflows.workflows FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_functions ON workflows.workflows FOR ALL TO coresdk_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON workflows.workflows FOR ALL TO public USING ((tenant_id = kernel.current_tenant())) WITH CHECK ((tenant_id = kernel.current_tenant()));
GRANT DELETE, INSERT, SELECT, UPDATE ON workflows.workflows TO coresdk_app;

-- apps.all_origins() RETURNS SETOF text
-- apps.offers_self_registration() RETURNS boolean
-- apps.tenant_of_client(wanted text) RETURNS text
-- apps.tenant_of_initial_token(presented bytea) RETURNS text
-- apps.tenant_of_registration(presented bytea) RETURNS text
-- audit.append_at(records json, moved json) RETURNS boolean
-- audit.append_records(records json, moved json) RETURNS void
-- audit.append_taking(records json, moved json, staged json, earlier json) RETURNS boolean
-- audit.deliver(wanted text, of_tenant text, at_most integer) RETURNS bigint
-- audit.drop_expired(at_most integer, least_days integer) RETURNS bigint
-- audit.earlier(at_most integer) RETURNS jsonb
-- audit.ensure_partitions() RETURNS void
-- audit.oldest_staged(at_most integer) RETURNS jsonb
-- audit.read_heads(tenants text[], id_tenants text[], ids text[]) RETURNS jsonb
-- audit.staged(tenants text[], ids text[]) RETURNS jsonb
-- audit.try_append_at(records json, moved json) RETURNS boolean
-- audit.unsigned_heads(at_most integer) RETURNS TABLE(tenant_id text, size bigint, frontier bytea)
-- audit_sinks.claim(holder text, seconds integer, at_most integer) RETURNS TABLE(tenant_id text, id text)
-- config.defaults(at_version integer) RETURNS TABLE(version integer, entries jsonb, created_at timestamp with time zone)
-- config.defaults_after(after_version integer) RETURNS integer
-- connections.due_domains(checked_before timestamp with time zone, at_most integer) RETURNS TABLE(tenant_id text, domain text)
-- connections.prune() RETURNS void
-- credentials.prune(days integer, at_most integer) RETURNS bigint
-- credentials.tenant_of(presented text) RETURNS text
-- entitlements.delete_plan(old_name text) RETURNS void
-- entitlements.licences_of(wanted text) RETURNS integer
-- entitlements.lock_plans() RETURNS integer
-- entitlements.plan(wanted text) RETURNS SETOF entitlements.plans
-- entitlements.plans_after(after_name text, at_most integer) RETURNS SETOF entitlements.plans
-- entitlements.put_plan(new_name text, new_definition jsonb) RETURNS void
-- events.drop_days(keep integer) RETURNS integer
-- events.feed(after_xid text, after_seq bigint, since double precision, at_most integer) RETURNS jsonb
-- events.feed_after(after bigint, since double precision, at_most integer) RETURNS jsonb
-- events.feed_place_before(feed_place text) RETURNS text
-- events.feed_position(of_xid text, of_seq bigint) RETURNS bigint
-- events.is_wanted(type text, wanted text[]) RETURNS boolean
-- events.kept_from() RETURNS timestamp with time zone
-- events.make_days(ahead integer) RETURNS integer
-- events.move_staged(at_most integer) RETURNS integer
-- events.moved(tenants text[], xids text[], seqs bigint[], since double precision[]) RETURNS text[]
-- events.moved_past(tenants text[], numbers bigint[]) RETURNS text[]
-- events.place_before(of_xid xid8, of_seq bigint, of_at timestamp with time zone) RETURNS text
-- events.stage_instead() RETURNS trigger
-- events.take() RETURNS trigger
-- events.type_of(action text) RETURNS text
-- factors.sweep(moment timestamp with time zone) RETURNS void
-- factors.tenant_of_passkey(wanted bytea) RETURNS text
-- files.due_tenants(at_most integer) RETURNS SETOF text
-- files.erased_prefixes(at_most integer) RETURNS SETOF text
-- files.forget_erased(emptied text) RETURNS void
-- files.let_go(tenants text[], holders text[]) RETURNS void
-- files.remember_erased() RETURNS trigger
-- flags.due(at_most integer) RETURNS TABLE(tenant_id text, id text)
-- jobs.append_logs(tenants text[], ids text[], fences integer[], first_lines bigint[], counts integer[], contents bytea[]) RETURNS SETOF boolean
-- jobs.beat(executor text) RETURNS TABLE(id text, beats bigint)
-- jobs.claim_standing_jobs(running_seconds integer, waiting_seconds integer, at_most integer) RETURNS SETOF jobs.jobs
-- jobs.claim_standing_schedules(waiting_seconds integer, at_most integer) RETURNS TABLE(tenant_id text, id text)
-- jobs.conclude(outcomes jsonb) RETURNS TABLE(tenant_id text, id text, executor_id text)
-- jobs.due_schedules(at_most integer) RETURNS TABLE(tenant_id text, id text)
-- jobs.fail_without_runner(seconds integer, at_most integer, message text) RETURNS integer
-- jobs.finish(outcomes jsonb, types text[]) RETURNS boolean
-- jobs.held_by(executor text) RETURNS TABLE(tenant_id text, id text, fence integer, losses integer)
-- jobs.is_among(kinds jsonb, kind text) RETURNS boolean
-- jobs.join(executor text, on_node text, speaks integer, what jsonb) RETURNS void
-- jobs.keep_steps(done jsonb) RETURNS TABLE(id text, number integer)
-- jobs.leave(executor text, heard bigint) RETURNS boolean
-- jobs.let_outputs_go() RETURNS trigger
-- jobs.log_ends(tenants text[], ids text[]) RETURNS TABLE(id text, lines bigint, is_over boolean)
-- jobs.newer(watched jsonb) RETURNS TABLE(id text)
-- jobs.of_runs(runs jsonb) RETURNS SETOF jobs.jobs
-- jobs.report(reports jsonb, most_progress_events integer) RETURNS void
-- jobs.stopped(runs jsonb) RETURNS TABLE(id text, fence integer, is_over boolean)
-- jobs.submit(batch jsonb, worker text, per_tenant integer) RETURNS SETOF jobs.jobs
-- jobs.sweep(kept_days integer, at_most integer) RETURNS integer
-- jobs.take(executor text, speaks integer, free jsonb, per_tenant integer, after_tenant text, look_at integer) RETURNS TABLE(job jobs.jobs, looked_up_to text)
-- jobs.takes(within_seconds integer) RETURNS TABLE(type text, kind text)
-- jobs.without_runner(seconds integer, at_most integer) RETURNS TABLE(tenant_id text, id text, type text, kind text)
-- kernel.changes_kept(wanted text, after_id bigint, page_size integer) RETURNS jsonb
-- kernel.changes_since(since xid8, except_ids bigint[]) RETURNS jsonb
-- kernel.current_tenant() RETURNS text
-- kernel.prune_changes() RETURNS bigint
-- kernel.prune_idempotent_writes() RETURNS bigint
-- kernel.publish_changes(changes jsonb) RETURNS void
-- kernel.release_leases(names text[], of_holder text) RETURNS void
-- kernel.server_history() RETURNS text
-- kernel.stage_events(events jsonb) RETURNS void
-- kernel.take_lease(wanted text, taker text, seconds integer) RETURNS boolean
-- oauth.end_expired_families() RETURNS bigint
-- oauth.owner_of_family(wanted bytea) RETURNS TABLE(tenant_id text, client_id text)
-- oauth.prune() RETURNS void
-- projects.purgeable(days integer, at_most integer) RETURNS jsonb
-- rate_limit.acquire(tenant text, wanted text, lease text, at_most integer, ttl interval) RETURNS boolean
-- rate_limit.beat(replica text, remembered interval) RETURNS integer
-- rate_limit.forget(tenant text, wanted text[]) RETURNS void
-- rate_limit.give_back(tenants text[], names text[], amounts double precision[]) RETURNS void
-- rate_limit.leave(replica text) RETURNS void
-- rate_limit.moment() RETURNS double precision
-- rate_limit.prune() RETURNS bigint
-- rate_limit.release(tenant text, wanted text, lease text) RETURNS void
-- rate_limit.take(tenants text[], names text[], steps double precision[], capacities double precision[], calls integer[]) RETURNS TABLE(granted integer, filled double precision)
-- rate_limit.use(tenants text[], names text[], in_month date, amounts bigint[]) RETURNS SETOF bigint
-- saml.prune() RETURNS void
-- scim.tenant_of_token(wanted bytea) RETURNS text
-- sealing.establish_proof(candidate bytea) RETURNS void
-- sealing.keys_to_rewrap(mark bytea, at_most integer) RETURNS TABLE(tenant_id text, id text, wrapped bytea)
-- sealing.proof() RETURNS bytea
-- sealing.renew_proof(known bytea, renewed bytea) RETURNS void
-- sealing.rewrap_progress(mark bytea) RETURNS TABLE(total bigint, remaining bigint)
-- secrets.tenants_to_reseal(after_id text, at_most integer) RETURNS SETOF text
-- skills.refuse_change() RETURNS trigger
-- tenants.begin_erasure(erasure text, wanted text, waits interval) RETURNS boolean
-- tenants.columns_of(wanted text) RETURNS text[]
-- tenants.deletions_due(at_most integer) RETURNS SETOF text
-- tenants.erase_rows(erasure text, wanted text, ordered_by text[], at_most integer) RETURNS integer
-- tenants.erasure(wanted text) RETURNS SETOF tenants.erasures
-- tenants.erasures_after(after text, page_size integer) RETURNS SETOF tenants.erasures
-- tenants.erasures_running() RETURNS SETOF tenants.erasures
-- tenants.finish_erasure(erasure text, at timestamp with time zone, signed text) RETURNS boolean
-- tenants.id_of_slug(wanted text) RETURNS text
-- tenants.ids_after(after text, page_size integer) RETURNS SETOF text
-- tenants.import_rows(of_tenant text, wanted text, lines jsonb) RETURNS integer
-- tenants.is_active(wanted text) RETURNS boolean
-- tenants.is_being_erased(wanted text) RETURNS boolean
-- tenants.is_held_back(wanted text) RETURNS boolean
-- tenants.note_erased(erasure text, wanted text, lines text[]) RETURNS void
-- tenants.rows_left(erasure text, wanted text, until_column text) RETURNS TABLE(rows bigint, until timestamp with time zone)
-- tenants.tenant_table(wanted text) RETURNS regclass
-- token_events.drop_days(keep integer) RETURNS integer
-- token_events.kept_from() RETURNS timestamp with time zone
-- token_events.log(event jsonb) RETURNS boolean
-- token_events.log_all(events jsonb) RETURNS void
-- token_events.log_mark() RETURNS trigger
-- token_events.make_days(ahead integer) RETURNS integer
-- token_events.move_staged(at_most integer) RETURNS integer
-- token_events.moved(tenants text[], xids text[], seqs bigint[]) RETURNS text[]
-- token_events.moved_past(tenants text[], numbers bigint[]) RETURNS text[]
-- token_events.stage_instead() RETURNS trigger
-- users.count_sign_in_failure(wanted bytea, free integer, first_delay interval, longest_delay interval, remembered interval, moment timestamp with time zone) RETURNS boolean
-- users.count_sign_in_failure_of(wanted bytea, of_account bytea, free integer, first_delay interval, longest_delay interval, remembered interval, moment timestamp with time zone) RETURNS boolean
-- users.forget_sign_in_failures(wanted bytea[]) RETURNS void
-- users.forget_sign_in_failures_of(accounts bytea[]) RETURNS void
-- users.hold_session(tenant text, session text) RETURNS boolean
-- users.sign_in_blocked_until(wanted bytea[], moment timestamp with time zone) RETURNS timestamp with time zone
-- users.sweep(moment timestamp with time zone, at_most integer) RETURNS void
-- users.take_back_sign_in_failure(wanted bytea) RETURNS void
-- users.tenant_of_invitation(wanted bytea) RETURNS text
-- users.tenant_of_password_link(wanted bytea) RETURNS text
-- users.tenant_of_session(wanted bytea) RETURNS text
-- users.tenants_of_email(wanted text, at_most integer) RETURNS SETOF text
-- webhooks.claim(holder text, seconds integer, at_most integer, per_tenant integer) RETURNS TABLE(tenant_id text, id text)
-- webhooks.intake_place() RETURNS text
-- webhooks.intake_reached() RETURNS text
-- webhooks.note(of_tenant text, of_webhook text, holder text, results jsonb, turn jsonb) RETURNS jsonb
-- webhooks.sweep(delivered_days integer, event_days integer, at_most integer) RETURNS bigint
-- webhooks.take_in(expected text, reached text, events jsonb) RETURNS bigint
-- webhooks.take_in_events(expected text, up_to text, events jsonb) RETURNS bigint
-- workflows.claim_firings(at_most integer, per_tenant integer) RETURNS TABLE(tenant_id text, workflow_id text, key text, version integer, submitted_by jsonb, principal jsonb, fired_at timestamp with time zone, place text)
-- workflows.claim_standing_triggers(waiting_seconds integer, at_most integer) RETURNS TABLE(tenant_id text, workflow_id text, submitted_by jsonb, principal jsonb, armed_at timestamp with time zone)
-- workflows.intake_reached() RETURNS TABLE(place text, "isWanted" boolean)
-- workflows.intake_state() RETURNS TABLE(place text, from_xid text, from_seconds double precision)
-- workflows.sweep_firings(kept_days integer, at_most integer) RETURNS bigint
-- workflows.take_in(expected text, reached text, events jsonb) RETURNS bigint
-- workflows.take_in_events(expected text, up_to text, events jsonb) RETURNS bigint
-- workflows.tenant_of_hook(hook text) RETURNS text
