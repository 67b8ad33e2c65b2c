import { withoutBrackets } from '../../../kernel/network/host';

/** This installation's hosts, which tenants' code must not reach, however they are spelled. */
export class OwnHosts {
  private readonly hosts: ReadonlySet<string>;

  /** @param hosts the names and addresses from the configuration. */
  constructor(hosts: readonly string[]) {
    this.hosts = new Set(hosts.flatMap((host) => canonical(host) ?? []));
  }

  /**
   * Returns true if the host is one of the installation's hosts.
   * @param host a host from `outboundTarget`.
   */
  has(host: string): boolean {
    return this.hosts.has(host);
  }
}

/** Returns a host in the form used in URLs: lowercase, in Punycode, with one spelling per address, and without a trailing dot. */
function canonical(host: string): string | null {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = URL.parse(`http://${bracketed}`);
  return url && withoutBrackets(url.hostname).replace(/\.$/, '');
}
