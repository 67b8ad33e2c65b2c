import { isIP, SocketAddress } from 'node:net';
import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, list } from '../../kernel/config/variables';

export const egressConfig = configSection(
  'Egress',
  {
    EGRESS_DNS_SERVERS: list({
      default: [],
      description:
        'Name servers with which CheckEgress resolves hosts, as address or address:port, separated by commas. Unset: those of the machine.',
    }),
    EGRESS_DNS_TIMEOUT_MS: integer({
      default: 2_000,
      min: 100,
      max: 10_000,
      unit: 'ms',
      description: 'Maximum time to resolve the addresses of a host. After it, the URL is refused.',
    }),
  },
  ({ EGRESS_DNS_SERVERS: servers }, { reader }) => {
    for (const server of servers) {
      const host = SocketAddress.parse(server)?.address ?? '';
      if (isIP(host) === 0) reader.fault(`EGRESS_DNS_SERVERS has "${server}", which is not an IP address.`);
    }
  },
);

export type EgressConfig = ConfigOf<typeof egressConfig>;
