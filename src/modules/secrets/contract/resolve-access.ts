/** What a token must be allowed to do so that it resolves secrets, by REST or gRPC; what it gets is for the grants to say. */
export const RESOLVE_ACCESS = { scope: 'secrets.read', action: 'secret.read', resourceType: 'secret' } as const;
