export function findPlatform(os?: string, arch?: string): { readonly nodePackage: string | null } | undefined;
export function assertNotWindows(os?: string): void;
