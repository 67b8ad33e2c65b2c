# METADATA
# title: Addresses that tenants' code can connect to
# description: |
#   Public addresses and names are allowed. Addresses inside the network are refused, however they are spelled.
#     input.url            the requested address, or
#     input.host           only its host. If the input contains both, they must agree.
#   CheckEgress sets both, and adds details for other policies:
#     input.scheme         `http`, `https`, `ws` or `wss`
#     input.port           a number, even if the URL has none
#     input.path           the path of the URL, without the query and the fragment
#     input.is_address     true if the host is an IP address
#     input.service_name   the name that the requesting service gives itself; it proves nothing
#     input.tenant_id      the tenant that owns the code
#   The platform's own calls for a tenant (webhook steps of workflows, HTTP calls of skills) add:
#     input.subject        the user or app on whose behalf the call is made
#     input.client_id      the app, if there is one
#     input.private_addresses   true if the operator opened the private network to such calls
#   This policy checks a name as written and does not resolve it. CheckEgress refuses names and addresses that are not public
#   before it queries this policy, and checks again for every address to which the name resolves. No policy can allow an
#   address that CheckEgress refuses.
package coresdk.egress

# METADATA
# title: The code can connect to the address
# entrypoint: true
default allow := false

allow if {
	host
	count(deny_reasons) == 0
}

# METADATA
# title: The reasons for a denial, as stable codes
# entrypoint: true
deny_reasons contains "host_missing" if not asked

deny_reasons contains "host_unparsable" if {
	asked
	not host
}

deny_reasons contains "address_not_public" if {
	is_public_only
	some range in not_public
	net.cidr_contains(range, host)
}

# IPv4 addresses in IPv6 notation are refused, regardless of the embedded address.
deny_reasons contains "address_not_public" if {
	is_public_only
	contains(host, ":")
	some range in wrapping_ipv4
	net.cidr_contains(range, host)
}

deny_reasons contains "name_not_public" if {
	is_public_only
	not is_ip
	some suffix in private_suffixes
	endswith(sprintf(".%s", [host]), suffix)
}

# A name without a dot resolves through the machine's DNS search list, to a host on its own network.
deny_reasons contains "name_not_public" if {
	is_public_only
	not is_ip
	host
	not contains(host, ".")
}

# The operator decides whether the platform connects to private addresses. The platform checks this when it connects.
is_public_only if not object.get(input, "private_addresses", false) == true

asked if input.url

asked if input.host

# The host in lowercase, without brackets or a trailing dot; undefined if it is malformed.
host := plain(url_host) if {
	input.url
	not input.host
}

host := plain(input.host) if {
	input.host
	not input.url
}

host := plain(url_host) if plain(url_host) == plain(input.host)

# Allows no user info (`http://good.example@10.0.0.1`), no backslash (browsers treat it as a slash), and no percent sign in the host.
url_host := regex.find_all_string_submatch_n(`^(?i:https?|wss?)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?(?:[/?#][^\s\\]*)?$`, input.url, 1)[0][1]

plain(text) := ip if {
	ip := trim_suffix(trim_prefix(lower(text), "["), "]")
	parses_as_ip(ip)
}

plain(text) := name if {
	name := trim_suffix(lower(text), ".")
	count(name) <= 253
	regex.match(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`, name)
	not ends_in_number(name)
}

# WHATWG URL §3.5: if the last label is a decimal or hexadecimal number, the host is an IPv4 address in one of its many
# spellings (`2130706433`, `0x7f.1`, `0177.0.0.1`). This policy accepts only the dotted decimal form.
ends_in_number(name) if regex.match(`(^|\.)([0-9]+|0x[0-9a-f]*)$`, name)

is_ip if parses_as_ip(host)

parses_as_ip(text) if net.cidr_contains("0.0.0.0/0", text)

parses_as_ip(text) if {
	contains(text, ":")
	net.cidr_contains("::/0", text)
}

# IANA special-purpose address registries (RFC 6890): everything that is not globally reachable.
not_public := {
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
	"ff00::/8",
}

# IPv4-mapped, IPv4-translated (RFC 6052, RFC 8215) and 6to4 addresses.
wrapping_ipv4 := {"::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"}

# Names of machines and of cloud metadata services, and top-level names that are never public (RFC 6761, 6762, 8375).
private_suffixes := {
	".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".home.arpa",
	".test", ".invalid", ".onion", ".svc", ".cluster",
}
