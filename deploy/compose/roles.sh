#!/bin/sh
# Runs once, in a new database server. Creates the two roles of the platform and its database.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" <<'SQL'
CREATE ROLE coresdk_owner LOGIN PASSWORD :'owner';
CREATE ROLE coresdk_app LOGIN PASSWORD :'app' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE coresdk OWNER coresdk_owner;
SQL
