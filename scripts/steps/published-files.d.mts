export function checkersOf(folder: string): readonly (readonly [tool: string, args: readonly string[]])[];
export function findingsOf(tool: string, args: readonly string[]): Promise<string>;
