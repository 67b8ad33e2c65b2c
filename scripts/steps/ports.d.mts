export function portsOf(
  environment: Readonly<Record<string, string | undefined>>,
): { readonly variable: string; readonly port: number; readonly hosts: readonly string[]; readonly prefix: string }[];
export function probesOf(hosts: readonly string[], os?: string): readonly string[];
