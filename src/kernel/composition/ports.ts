import type { DynamicModule } from '@nestjs/common';

/** An injection token: a port, a class or a symbol. */
export type Token = (abstract new (...args: never[]) => unknown) | symbol;

/** Returns a token's name for use in messages. */
export function nameOf(token: Token): string {
  return typeof token === 'symbol' ? String(token) : token.name;
}

class ImportedPorts {}

/** An import of a Nest module by its ports, since the module depends on the process: it provides either the service or its client. */
export interface PortImport extends DynamicModule {
  readonly ports: readonly Token[];
  /** True if a process can run without the ports. */
  readonly areOptional: boolean;
}

/**
 * Imports ports of other modules: `imports: [KernelModule, ports(AuditPort, TenantsPort)]`. `compose` replaces this import with the modules
 * that provide the ports in this process. Startup fails if no module provides a port.
 */
export function ports(...tokens: readonly Token[]): PortImport {
  return { module: ImportedPorts, ports: tokens, areOptional: false };
}

/** Like {@link ports}, for dependencies injected with `@Optional()`. */
export function optionalPorts(...tokens: readonly Token[]): PortImport {
  return { module: ImportedPorts, ports: tokens, areOptional: true };
}
