/** The access that a token needs to resolve secrets, over REST or gRPC. Grants decide which secrets the caller gets. */
export const RESOLVE_ACCESS = { scope: 'secrets.read', action: 'secret.read', resourceType: 'secret' } as const;
