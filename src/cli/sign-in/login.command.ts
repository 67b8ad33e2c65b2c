import path from 'node:path';
import { readEnvironment } from '../../kernel/config/environment';
import type { Environment } from '../../kernel/config/config-section';
import { LOOPBACK_HOSTS } from '../../kernel/network/host';
import { cliClientId } from '../../modules/apps/contract/cli-app';
import { plainUrl, SURFACES } from '../api/connection';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import {
  changeContexts,
  checkedName,
  chosenName,
  type Context,
  readContexts,
  type SignInMethod,
} from '../contexts/contexts';
import { numberOption, parseOptions, readText } from '../options';
import { signInWithBrowser } from './browser-sign-in';
import { endSignIn } from './logout.command';
import { discover } from './oauth-requests';
import { SignIn, tokensOf } from './sign-in';

const DEFAULT_NAME = 'default';
const DEFAULT_TENANT = 'default';
const DEFAULT_TIMEOUT_SECONDS = '300';
const MAX_TIMEOUT_SECONDS = 3_600;

const text = { type: 'string' } as const;
const OPTIONS = {
  url: text,
  'control-plane-url': text,
  tenant: text,
  context: text,
  'no-browser': { type: 'boolean', default: false },
  timeout: { type: 'string', default: DEFAULT_TIMEOUT_SECONDS },
  'api-key-file': text,
  'client-id': text,
  'client-secret-file': text,
} as const;

/** `coresdk login` */
export const login: Command = {
  usage: `Usage: coresdk login [--url <address>] [--tenant <tenant>] [--context <name>] [options]

Opens the sign-in page of the installation. Other commands then act as you, with the access that your role allows. A context stores the
addresses, the tenant and the sign-in under a name; the newest one becomes the current context. Without options, signs in again to the
current context.

  --url                 address of the platform (CPOD_URL; default ${SURFACES.backend.url})
  --control-plane-url   address of the control plane (CPOD_CONTROL_PLANE_URL; default ${SURFACES['control-plane'].url} for a local
                        platform, otherwise none)
  --tenant              slug or ID of your tenant (default ${DEFAULT_TENANT})
  --context             name of the context (CPOD_CONTEXT; default: the current context, or "${DEFAULT_NAME}")
  --no-browser          prints the URL and opens no browser
  --timeout <seconds>   maximum wait for the sign-in (${DEFAULT_TIMEOUT_SECONDS})
  --api-key-file        stores the path of this file with an API key, instead of a sign-in
  --client-id           stores this app, instead of a sign-in, and
  --client-secret-file  the path of the file with its secret

Examples:
  coresdk login
  coresdk login --url https://api.example.com --tenant acme --context acme
  coresdk login --context ci --api-key-file ~/ci-key

Exits 0 when you are signed in, 1 when you are not; nothing is stored then.`,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = parseOptions(args, OPTIONS);
    if (positionals.length > 0) throw new CommandFault('The command accepts only options.', true);
    const environment = readEnvironment();
    const name = checkedName(chosenName(values.context, environment) ?? DEFAULT_NAME);
    const context = newContext(values, name, environment);
    if (context.signIn.by === 'browser') {
      const opensBrowser = !values['no-browser'];
      const timeoutSeconds = numberOption('timeout', values.timeout, 1, MAX_TIMEOUT_SECONDS);
      await signIn(name, context, { opensBrowser, timeoutSeconds }, environment, terminal);
    } else {
      const earlier = new SignIn(name, environment);
      if (earlier.stored() !== null) await endSignIn(earlier, terminal);
      await keep(name, context, environment);
    }
    const { url, controlPlaneUrl, tenant } = context;
    const controlPlane = controlPlaneUrl === null ? '' : `, with the control plane at ${controlPlaneUrl}`;
    terminal.err(`The current context is "${name}": the tenant ${tenant} at ${url}${controlPlane}.\n`);
    return 0;
  },
};

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

/** Returns the context to store: options, then variables, then the context of the same name, then defaults. */
function newContext(values: Values, name: string, environment: Environment): Context {
  const { contexts } = readContexts(environment);
  const known = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  const url = plainUrl(values.url ?? setting(environment, 'CPOD_URL') ?? known?.url ?? SURFACES.backend.url);
  // A control plane belongs to one installation.
  const earlier = known?.url === url ? known.controlPlaneUrl : null;
  const isLocal = LOOPBACK_HOSTS.includes(new URL(url).hostname);
  const controlPlane =
    values['control-plane-url'] ??
    setting(environment, 'CPOD_CONTROL_PLANE_URL') ??
    earlier ??
    (isLocal ? SURFACES['control-plane'].url : null);
  return {
    url,
    controlPlaneUrl: controlPlane === null ? null : plainUrl(controlPlane),
    tenant: values.tenant ?? known?.tenant ?? DEFAULT_TENANT,
    signIn: methodOf(values),
  };
}

function setting(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

function methodOf({
  'api-key-file': keyFile,
  'client-id': clientId,
  'client-secret-file': secretFile,
}: Values): SignInMethod {
  if ((clientId === undefined) !== (secretFile === undefined) || (keyFile !== undefined && clientId !== undefined)) {
    throw new CommandFault('Set --api-key-file, or --client-id and --client-secret-file, or none of them.', true);
  }
  if (keyFile !== undefined) return { by: 'api-key', file: readable(keyFile) };
  if (clientId === undefined || secretFile === undefined) return { by: 'browser' };
  return { by: 'app', clientId, secretFile: readable(secretFile) };
}

/** Returns the absolute path of a file that can be read. */
function readable(file: string): string {
  if (file === '-') throw new CommandFault('Specify a file, not standard input: commands read it later.', true);
  readText(file);
  return path.resolve(file);
}

async function signIn(
  name: string,
  context: Context,
  how: { readonly opensBrowser: boolean; readonly timeoutSeconds: number },
  environment: Environment,
  terminal: Terminal,
): Promise<void> {
  const clientId = cliClientId(context.tenant);
  if (clientId === null) {
    throw new CommandFault(
      '--tenant must be the slug of a tenant with at most 56 characters, or the ID of a tenant.',
      true,
    );
  }
  const server = await discover(context.url);
  await signInWithBrowser({ server, clientId, ...how }, terminal, async (tokens) => {
    const { tokenEndpoint, revocationEndpoint } = server;
    const stored = { clientId, tokenEndpoint, revocationEndpoint, ...tokensOf(tokens) };
    await new SignIn(name, environment).store(stored);
    await keep(name, context, environment);
  });
  terminal.err('You are signed in. ');
}

function keep(name: string, context: Context, environment: Environment): Promise<void> {
  return changeContexts(environment, ({ contexts }) => ({ current: name, contexts: { ...contexts, [name]: context } }));
}
