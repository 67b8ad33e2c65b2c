import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { styleText } from 'node:util';
import { productVersion } from '../kernel/config/project-root';
import { shellQuoted } from '../kernel/process/shell-quoted';
import { databaseConfig } from '../kernel/database/database.config';
import { grpcConfig } from '../kernel/grpc/grpc.config';
import { oauthConfig } from '../modules/oauth/oauth.config';
import { usersConfig } from '../modules/users/users.config';
import { internalAddress, type RoleSettings } from './role.config';
import type { Settings } from './settings';
import type { FirstStart, RunningRole } from './start-role';

type Row = readonly [label: string, value: string];

/** A style of a terminal: none if standard output is not a terminal, or if `NO_COLOR` is set. */
type Style = typeof styleText;

/**
 * Returns the text for a person who has started the program: its addresses, the secrets that are shown only once, and, outside
 * production, the next commands. The text is printed directly, because secrets never go through the logger.
 */
export function banner(
  { settings, firstStart }: Pick<RunningRole, 'settings' | 'firstStart'>,
  style: Style = styleText,
): string {
  const { ROLE: role } = settings.role;
  const seconds = (performance.now() / 1000).toFixed(1);
  const title = style(['bold', 'green'], `CoreSDK Platform ${productVersion()} is ready`);
  const secrets = secretRows(firstStart);
  const addresses = addressRows(settings);
  const width = Math.max(...[...addresses, ...secrets].map(([label]) => label.length));
  const lineOf = ([label, value]: Row): string => `  ${style('dim', label.padEnd(width))}  ${value}`;
  const lines = [`${title} (role ${role}, started in ${seconds} s).`, '', ...addresses.map(lineOf)];
  if (secrets.length > 0) {
    lines.push('', style('bold', `First start. ${keepingOf(settings)}`), ...secrets.map(lineOf));
  }
  if (settings.role.NODE_ENV !== 'production') {
    lines.push('', ...nextLines(settings, style));
  }
  return `\n${lines.join('\n')}\n\n`;
}

function addressRows(settings: Settings): readonly Row[] {
  const { ROLE: role, PORT, CONTROL_PLANE_PORT, HEALTH_PORT, NODE_ENV } = settings.role;
  const [backend, internal] = [`http://localhost:${PORT}`, internalHost(settings.role)];
  const controlPlane = `http://${internal}:${CONTROL_PLANE_PORT}`;
  const hasMailbox = NODE_ENV !== 'production' && settings.of(usersConfig).SMTP_URL === null;
  const rows: Row[] = [];
  if (role === 'all' || role === 'backend') rows.push(['Public backend', backend], ...docsRows(backend));
  if (role === 'all' || role === 'control-plane') rows.push(['Control plane', controlPlane]);
  if (role === 'control-plane') rows.push(...docsRows(controlPlane));
  if (hasMailbox && (role === 'all' || role === 'control-plane')) rows.push(['Mailbox', `${controlPlane}/dev/mailbox`]);
  if (role === 'all' || role === 'sidecar') {
    rows.push(['Sidecar (gRPC)', settings.of(grpcConfig).CORESDK_SIDECAR_ADDR ?? 'localhost:50051']);
  }
  return [...rows, ['Health, metrics', `http://${internal}:${HEALTH_PORT}/readyz`]];
}

function docsRows(surface: string): readonly Row[] {
  return [
    ['Documentation', `${surface}/docs`],
    ['API reference', `${surface}/docs/api`],
  ];
}

/** Returns the host in URLs of the internal surfaces: `localhost` unless they listen only at another address of this machine. */
function internalHost(role: RoleSettings): string {
  const address = internalAddress(role) ?? '::';
  if (['::', '0.0.0.0', '::1', '127.0.0.1'].includes(address)) return 'localhost';
  return isIP(address) === 6 ? `[${address}]` : address;
}

function secretRows({ bootstrapped, generated, controlPlaneToken }: FirstStart): readonly Row[] {
  const { client, owner } = bootstrapped;
  const rows: Row[] = [];
  if (client) rows.push(['Admin client id', client.clientId]);
  if (client && generated.clientSecret) rows.push(['Admin client secret', client.clientSecret]);
  if (owner) rows.push(['Owner', owner.email]);
  if (owner && generated.ownerPassword) rows.push(["Owner's password", owner.password]);
  if (controlPlaneToken !== null) rows.push(['Control plane token', controlPlaneToken]);
  return rows;
}

/** Returns where the secrets are after the first start. Only installations for development store all of them. */
function keepingOf(settings: Settings): string {
  const file = join(settings.of(databaseConfig).DATA_DIR, 'secrets/admin-client-secret');
  return existsSync(file) ? `These secrets are also in ${dirname(file)}:` : 'Keep these, they are shown only once:';
}

/** The addresses and the tenant that `coresdk login` uses by default. */
const LOGIN_DEFAULTS = { issuer: 'http://localhost:8000', controlPlane: 'http://localhost:8080', tenant: 'default' };

/**
 * Returns lines that invite the reader to try the product, with commands that work as printed: the owner signs in and lists the users.
 * A process without every role has no such commands, so the reader checks its health.
 */
function nextLines(settings: Settings, style: Style): readonly string[] {
  const { ROLE: role, CONTROL_PLANE_PORT, HEALTH_PORT } = settings.role;
  const internal = internalHost(settings.role);
  const shown = (...commands: readonly string[]): readonly string[] => commands.map((one) => `  ${style('cyan', one)}`);
  if (role !== 'all') {
    return ['Next, in a second terminal in this folder:', ...shown(`curl http://${internal}:${HEALTH_PORT}/readyz`)];
  }
  const [issuer, controlPlane] = [settings.of(oauthConfig).ISSUER_URL, `http://${internal}:${CONTROL_PLANE_PORT}`];
  const hasDefaults = issuer === LOGIN_DEFAULTS.issuer && controlPlane === LOGIN_DEFAULTS.controlPlane;
  const addresses = hasDefaults ? '' : ` --url ${shellQuoted(issuer)} --control-plane-url ${controlPlane}`;
  const { BOOTSTRAP_TENANT: slug } = settings.bootstrap;
  const tenant = slug === LOGIN_DEFAULTS.tenant ? '' : ` --tenant ${slug}`;
  return [
    'Next, sign in as the owner, in a second terminal in this folder:',
    ...shown(`npx coresdk login${addresses}${tenant}`, 'npx coresdk users list'),
  ];
}
