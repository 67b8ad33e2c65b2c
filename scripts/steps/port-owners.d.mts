export function ownerOf(port: number, proc?: string): string;
