import { USER_ROLES, type UserRole } from '../../modules/users/contract/users.types';
import { CommandFault } from '../command';
import { oneOf } from '../options';

/** Translates the roles of another system into the role of a user here. */
export interface RoleMapping {
  /** The role of each role of the other system. */
  readonly roles: ReadonlyMap<string, UserRole>;
  /** The role of a user without any of these roles. */
  readonly defaultRole: UserRole;
}

/**
 * Parses the role options. Errors: `CommandFault` for an unknown role, and for a role of the other system that has two roles here.
 * @param options values such as `admin=realm-admin,shop/editor`.
 */
export function parseRoleMapping(options: readonly string[], defaultRole: string): RoleMapping {
  const roles = new Map<string, UserRole>();
  for (const option of options) {
    const [role = '', names = ''] = [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)];
    if (!option.includes('=') || names === '')
      throw new CommandFault(
        '--role must be a role, "=", and names with commas: --role admin=realm-admin,editor',
        true,
      );
    const here = oneOf('role', role, USER_ROLES);
    for (const name of names.split(',').map((one) => one.trim())) {
      if (name === '') continue;
      const other = roles.get(name);
      if (other !== undefined && other !== here)
        throw new CommandFault(`The role "${name}" cannot become both ${other} and ${here}.`, true);
      roles.set(name, here);
    }
  }
  return { roles, defaultRole: oneOf('default-role', defaultRole, USER_ROLES) };
}

/** Returns the highest role that a user's roles in the other system give here. */
export function mappedRole({ roles, defaultRole }: RoleMapping, names: Iterable<string>): UserRole {
  const given = new Set([...names].map((name) => roles.get(name)));
  return USER_ROLES.find((role) => given.has(role)) ?? defaultRole;
}
