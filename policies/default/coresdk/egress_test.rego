package coresdk.egress_test

import data.coresdk.egress

allowed(question) if egress.allow with input as question

reasons(question) := found if found := egress.deny_reasons with input as question

test_public_addresses_are_allowed if {
	every url in [
		"https://api.example.com",
		"https://api.example.com:8443/v1?q=1#top",
		"http://EXAMPLE.com./",
		"https://8.8.8.8/dns-query",
		"https://[2606:4700:4700::1111]/",
		"wss://events.example.com/stream",
		"https://xn--bcher-kva.example/",
	] {
		allowed({"url": url})
	}
	allowed({"host": "api.example.com"})
	allowed({"host": "1.1.1.1"})
	allowed({"host": "2606:4700:4700::1111"})
	allowed({"url": "https://api.example.com/a", "host": "API.example.com"})
}

test_addresses_inside_are_refused if {
	every host in [
		"10.0.0.1", "192.168.1.1", "172.16.0.1", "172.31.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254",
		"100.100.100.200", "0.0.0.0", "255.255.255.255", "224.0.0.1",
		"::1", "::", "fe80::1", "fd00:ec2::254", "::ffff:10.0.0.1", "::ffff:a00:1", "64:ff9b::a00:1", "2002:a00:1::",
	] {
		reasons({"host": host}) == {"address_not_public"}
		not allowed({"host": host})
	}
	reasons({"url": "http://169.254.169.254/latest/meta-data"}) == {"address_not_public"}
	reasons({"url": "http://[::1]:8080/"}) == {"address_not_public"}
}

test_names_inside_are_refused if {
	every host in ["localhost", "LOCALHOST.", "a.localhost", "metadata.google.internal", "printer.local", "db", "api.svc"] {
		reasons({"host": host}) == {"name_not_public"}
	}
}

test_addresses_in_disguise_are_refused if {
	every url in [
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
		"http://127.0.0.1./", "http://api.example.com@10.0.0.1/", "http://10.0.0.1\\@api.example.com/",
		"http://api.example.com%2f@10.0.0.1/", "http://[::1%25eth0]/", "http://exa mple.com/", "http:///etc/passwd",
		"http://①②⑦.⓪.⓪.①/", "http://example.com\n.evil.example/",
	] {
		reasons({"url": url}) == {"host_unparsable"}
		not allowed({"url": url})
	}
}

test_other_schemes_are_refused if {
	every url in ["file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "example.com", "//example.com"] {
		not allowed({"url": url})
	}
}

test_host_and_url_must_agree if {
	reasons({"url": "http://10.0.0.1/", "host": "api.example.com"}) == {"host_unparsable"}
}

test_nothing_asked_is_refused if {
	reasons({}) == {"host_missing"}
	not allowed({})
	not allowed({"host": ""})
	not allowed({"host": 7})
	not allowed({"url": ["https://api.example.com"]})
}

test_the_operator_may_open_the_private_network if {
	every url in ["http://127.0.0.1:8080/hook", "http://localhost/", "http://billing.internal/", "http://[::1]/"] {
		allowed({"url": url, "private_addresses": true})
		not allowed({"url": url, "private_addresses": false})
		not allowed({"url": url, "private_addresses": "true"})
	}
	not allowed({"url": "http://user@127.0.0.1/", "private_addresses": true})
}
