/** The access that a token needs to resolve secrets, by REST or gRPC. Grants decide which secrets it gets. */
export const RESOLVE_ACCESS = { scope: 'secrets.read', action: 'secret.read', resourceType: 'secret' } as const;
