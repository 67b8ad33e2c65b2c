import type { Environment } from '../../kernel/config/config-section';
import { SignIn } from '../sign-in/sign-in';
import type { NamedContext, SignInMethod } from './contexts';

/** The columns of a context. */
export interface ContextDescription {
  readonly name: string;
  readonly isCurrent: boolean;
  readonly url: string;
  readonly controlPlaneUrl: string | null;
  readonly tenant: string;
  /** How commands sign in, such as `browser` or `api-key /home/ada/key`. */
  readonly signIn: string;
  /** True if tokens are stored; `null` if the context does not need a sign-in. */
  readonly signedIn: boolean | null;
}

/** Describes a context without any secret. @param current the name of the current context. */
export function describeContext(
  { name, url, controlPlaneUrl, tenant, signIn }: NamedContext,
  current: string | null,
  environment: Environment,
): ContextDescription {
  const signedIn = signIn.by === 'browser' ? new SignIn(name, environment).stored() !== null : null;
  return { name, isCurrent: name === current, url, controlPlaneUrl, tenant, signIn: methodText(signIn), signedIn };
}

function methodText(method: SignInMethod): string {
  switch (method.by) {
    case 'browser':
      return 'browser';
    case 'api-key':
      return `api-key ${method.file}`;
    case 'app':
      return `app ${method.clientId} ${method.secretFile}`;
  }
}
