const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Returns true when a URL points to a granted host. `api.example.com` grants that host at the scheme's default port, and
 * `api.example.com:8443` grants the host only at that port. `*.example.com` grants all names below the domain, but not the domain itself.
 */
export function isGrantedHost(url: URL, hosts: readonly string[]): boolean {
  const own = DEFAULT_PORTS[url.protocol] ?? '';
  const port = url.port === '' ? own : url.port;
  const name = url.hostname.toLowerCase().replace(/\.$/, '');
  return hosts.some((granted) => {
    const [host = '', grantedPort = own] = granted.split(':');
    if (grantedPort !== port) return false;
    return host.startsWith('*.') ? name.endsWith(host.slice(1)) && name.length > host.length - 1 : name === host;
  });
}
