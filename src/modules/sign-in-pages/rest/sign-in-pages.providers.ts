import type { Type } from '@nestjs/common';
import { AuthorizationPort } from '../../oauth/contract/authorization.port';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { PasswordsPort } from '../../users/contract/passwords.port';
import { SessionsPort } from '../../users/contract/sessions.port';
import { SignInPort } from '../../users/contract/sign-in.port';
import { AuthorizeFlow } from './authorize-flow';
import { AuthorizationControlPlaneController } from './authorization.control-plane.controller';
import { NewSessions } from './browser/new-sessions';
import { Visits } from './browser/visit';
import { ConsoleSignInFlow } from './console-sign-in-flow';
import { ConsoleSignInControlPlaneController } from './console-sign-in.control-plane.controller';
import { PageAssetsControlPlaneController } from './page-assets.control-plane.controller';
import { PageSurface } from './page-surface';
import { PasswordFlow } from './password-flow';
import { PasswordControlPlaneController } from './password.control-plane.controller';
import { SignInFlow } from './sign-in-flow';
import { SignInControlPlaneController } from './sign-in.control-plane.controller';
import { SignOutFlow } from './sign-out-flow';
import { SignOutControlPlaneController } from './sign-out.control-plane.controller';

/** What a surface mounts to show the pages. It also provides `PageSettings`, `Clock` and the ports below. */
export const SIGN_IN_PAGES_CONTROLLERS: Type[] = [
  AuthorizationControlPlaneController,
  SignInControlPlaneController,
  ConsoleSignInControlPlaneController,
  SignOutControlPlaneController,
  PasswordControlPlaneController,
  PageAssetsControlPlaneController,
];

export const SIGN_IN_PAGES_PROVIDERS: Type[] = [
  Visits,
  NewSessions,
  PageSurface,
  AuthorizeFlow,
  SignInFlow,
  ConsoleSignInFlow,
  SignOutFlow,
  PasswordFlow,
];

/** The ports of the core that the pages are drawn from. */
export const SIGN_IN_PAGES_PORTS = [AuthorizationPort, SignInPort, SessionsPort, PasswordsPort, TenantsPort];
