import { withoutBrackets } from '../../../kernel/network/host';

/** Hosts of this installation, which tenants' code has no business with however they are reached. */
export class OwnHosts {
  private readonly hosts: ReadonlySet<string>;

  /** @param hosts names and addresses, as they are configured. */
  constructor(hosts: readonly string[]) {
    this.hosts = new Set(hosts.flatMap((host) => canonical(host) ?? []));
  }

  /** @param host as `outboundTarget` gives it. */
  has(host: string): boolean {
    return this.hosts.has(host);
  }
}

/** As URLs have it: lower case, Punycode, one spelling of an address, no dot of the root. */
function canonical(host: string): string | null {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = URL.parse(`http://${bracketed}`);
  return url && withoutBrackets(url.hostname).replace(/\.$/, '');
}
