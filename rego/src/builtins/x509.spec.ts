import { generateKeyPairSync } from 'node:crypto';
import { LimitExceeded } from '../errors.js';
import { Budget, DEFAULT_LIMITS } from '../evaluate/budget.js';
import { fromJson, toJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';
import type { BuiltinContext } from './builtin.js';
import { X509_BUILTINS } from './x509.js';

// Certificates created with OpenSSL for these tests; all but the expired one are valid from 2020 to 2120.
const ROOT = `-----BEGIN CERTIFICATE-----
MIIBqzCCAVCgAwIBAgIBATAKBggqhkjOPQQDAjA6MQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxFTATBgNVBAMMDEV4YW1wbGUgUm9vdDAgFw0yMDAx
MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowOjELMAkGA1UEBhMCU0UxFDASBgNV
BAoMC0V4YW1wbGUgT3JnMRUwEwYDVQQDDAxFeGFtcGxlIFJvb3QwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAAS0HBVZDbTX9l0q6e7aLbidy4xnUds2ZQpU9QPuMb+7
vmLTixotRZ5uSgO0o617iTtWwB+a/7Q9KkdUo/RA8PyUo0UwQzASBgNVHRMBAf8E
CDAGAQH/AgECMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUTTb3x5eDJcd/HBss
PTnzOEuKQWUwCgYIKoZIzj0EAwIDSQAwRgIhANdOcTHFJX2za7fYo92qgD7ZQZCj
oIeDDuCt2U8vVllnAiEAzkhU/iE1zTiG0mAMPjOC8BPR9Aa8+DrtG5QhGGkRXv8=
-----END CERTIFICATE-----
`;
const INTERMEDIATE = `-----BEGIN CERTIFICATE-----
MIICQjCCAemgAwIBAgIBAjAKBggqhkjOPQQDAjA6MQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxFTATBgNVBAMMDEV4YW1wbGUgUm9vdDAgFw0yMDAx
MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowQjELMAkGA1UEBhMCU0UxFDASBgNV
BAoMC0V4YW1wbGUgT3JnMR0wGwYDVQQDDBRFeGFtcGxlIEludGVybWVkaWF0ZTBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABLWrDTk7JOCKcnjLxlSD6ZLr+dAzS95p
IUCHBTv3COAhMtIY1zxQRRN47z0t+wmCDca/6CRKpEE6l7R9a4f6TmujgdUwgdIw
EgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYEFHPf
Gokv4IyH2FVdsxWIvX15RI/QMB8GA1UdIwQYMBaAFE0298eXgyXHfxwbLD058zhL
ikFlMGwGA1UdHgEB/wRiMGCgSTANggtleGFtcGxlLmNvbTANggtleGFtcGxlLm9y
ZzANgQtleGFtcGxlLmNvbTAKhwgKAAAA/wAAADAOhgwuZXhhbXBsZS5jb22hEzAR
gg9iYWQuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDRwAwRAIgSJph92nlrErkNhwW
DaECaKwk0LhRx93PkxdO0PUg8jECIG7Fxq5d/Z1dn/GzQij/6CemXlVK7VBQKijN
P4G8eGlF
-----END CERTIFICATE-----
`;
const LEAF = `-----BEGIN CERTIFICATE-----
MIIDADCCAqegAwIBAgIQD+3LqYdlQyEP7cuph2VDITAKBggqhkjOPQQDAjBCMQsw
CQYDVQQGEwJTRTEUMBIGA1UECgwLRXhhbXBsZSBPcmcxHTAbBgNVBAMMFEV4YW1w
bGUgSW50ZXJtZWRpYXRlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAw
WjAoMQswCQYDVQQGEwJTRTEZMBcGA1UEAwwQbGVhZi5leGFtcGxlLmNvbTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABLKBKadbeWZpTkCA3MhTKMdRJ2pcmpAm7Lxh
UkCWMMJbmSIY/1UmMMn+QT96sb/AkQF9cM0R1eAeEp7ki+O5ZmmjggGVMIIBkTAJ
BgNVHRMEAjAAMAsGA1UdDwQEAwIHgDAiBgNVHSUEGzAZBggrBgEFBQcDAQYIKwYB
BQUHAwIGAyoDBDBtBgNVHREEZjBkghBsZWFmLmV4YW1wbGUuY29tgg0qLmV4YW1w
bGUub3JngQ5tZUBleGFtcGxlLmNvbYcECgECA4YraHR0cHM6Ly91c2VyQHd3dy5l
eGFtcGxlLmNvbTo4NDQzL2ElMjBiP3E9MTAfBgNVHSMEGDAWgBRz3xqJL+CMh9hV
XbMViL19eUSP0DBdBggrBgEFBQcBAQRRME8wIwYIKwYBBQUHMAGGF2h0dHA6Ly9v
Y3NwLmV4YW1wbGUuY29tMCgGCCsGAQUFBzAChhxodHRwOi8vY2EuZXhhbXBsZS5j
b20vY2EuY3J0MC0GA1UdHwQmMCQwIqAgoB6GHGh0dHA6Ly9jcmwuZXhhbXBsZS5j
b20vYy5jcmwwFgYDVR0gBA8wDTALBgkrBgEEAYaNHwEwHQYDVR0OBBYEFIQCe5ZV
+CcryiB6kw3Zng43HKY0MAoGCCqGSM49BAMCA0cAMEQCIGyQYjUnY5rjVuYz1WI8
r56gWsfBea03CkqzxookqZpiAiArcku7Stn1Ymlq5iG2V5zmZhx0eVcx7JmfnTET
QhiiPg==
-----END CERTIFICATE-----
`;
const EXCLUDED = `-----BEGIN CERTIFICATE-----
MIIB4DCCAYagAwIBAgIBAzAKBggqhkjOPQQDAjBCMQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxHTAbBgNVBAMMFEV4YW1wbGUgSW50ZXJtZWRpYXRl
MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAsMQswCQYDVQQGEwJT
RTEdMBsGA1UEAwwUZXhjbHVkZWQuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAAQNnNPIU5DL/d2OnkkCb0u33sGVJLiVsyIHKcyWDnqBlRzU2gKq
jDDrwsVu0sndj4HUr9oNMtwP4te6F0WZ8G/so4GAMH4wCQYDVR0TBAIwADAcBgNV
HREEFTATghF4LmJhZC5leGFtcGxlLmNvbTATBgNVHSUEDDAKBggrBgEFBQcDATAd
BgNVHQ4EFgQU3OoGqBj23qafueG8wIkSQz2BhxowHwYDVR0jBBgwFoAUc98aiS/g
jIfYVV2zFYi9fXlEj9AwCgYIKoZIzj0EAwIDSAAwRQIgO3mpg0YpGp9ywTdHO5DS
7GesWmpHrWVtBJhQQfE6RvoCIQDV641SyTo+ZKjciMQQsOrdjTamUPN4wM7b7FD8
Bh47IA==
-----END CERTIFICATE-----
`;
const NOT_PERMITTED = `-----BEGIN CERTIFICATE-----
MIIByDCCAW6gAwIBAgIBBDAKBggqhkjOPQQDAjBCMQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxHTAbBgNVBAMMFEV4YW1wbGUgSW50ZXJtZWRpYXRl
MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAwMQswCQYDVQQGEwJT
RTEhMB8GA1UEAwwYbm90cGVybWl0dGVkLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEfkxNHgBFyQmMVjjXixzKyw+T72E5ltm5tJzlUdU3h6H0
a76mBWrXruzr6KRz51/lG8sKji6jrZbV60AWlV1li6NlMGMwCQYDVR0TBAIwADAW
BgNVHREEDzANggtleGFtcGxlLm5ldDAdBgNVHQ4EFgQUzis4YWGyBq2n1v4xDBv7
BQKdGlwwHwYDVR0jBBgwFoAUc98aiS/gjIfYVV2zFYi9fXlEj9AwCgYIKoZIzj0E
AwIDSAAwRQIhAIMZiv43Pd6lcT6GfpXb+20AZdzlak8AvU2tK1qqr/OLAiA/RAj1
F0sD3kqqWaKQuA5+4W+4kNGHmgbj/8gODpDjzQ==
-----END CERTIFICATE-----
`;
const CODE_SIGNING = `-----BEGIN CERTIFICATE-----
MIIB3zCCAYSgAwIBAgIBBTAKBggqhkjOPQQDAjBCMQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxHTAbBgNVBAMMFEV4YW1wbGUgSW50ZXJtZWRpYXRl
MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAsMQswCQYDVQQGEwJT
RTEdMBsGA1UEAwwUY29kZXNpZ24uZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAARYqm/7u2Zjg3fszsnh6JzBtR6XzL/3QfpD8FaWFUMZAprfPMbN
sourOEBPOkdBmLCiOyt5v2AcSJjpcqqCv58ro38wfTAJBgNVHRMEAjAAMBsGA1Ud
EQQUMBKCEGxlYWYuZXhhbXBsZS5jb20wEwYDVR0lBAwwCgYIKwYBBQUHAwMwHQYD
VR0OBBYEFPduZcMfC6B4f+KRkkZZXK+8vGQsMB8GA1UdIwQYMBaAFHPfGokv4IyH
2FVdsxWIvX15RI/QMAoGCCqGSM49BAMCA0kAMEYCIQDkwx+hA1HqfVhf6rQp/AmQ
UbH2FZAHYzmOITx54A9exwIhALUGXVZpFYR21eNG4aRYfP+oyobjNODFl2/uMaXi
JBrv
-----END CERTIFICATE-----
`;
const BELOW_LEAF = `-----BEGIN CERTIFICATE-----
MIIBsDCCAVagAwIBAgIBBjAKBggqhkjOPQQDAjAoMQswCQYDVQQGEwJTRTEZMBcG
A1UEAwwQbGVhZi5leGFtcGxlLmNvbTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEw
MTAwMDAwMFowLTELMAkGA1UEBhMCU0UxHjAcBgNVBAMMFWJlbG93bGVhZi5leGFt
cGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCCuHboMQkaody6Ob2W1
EeY1XaB4hDpC1+lwV15Q7DkE59j+S84s20Lw6hJr7+PJgG1iS4yVv026aO3MqJHW
ZrWjajBoMAkGA1UdEwQCMAAwGwYDVR0RBBQwEoIQbGVhZi5leGFtcGxlLmNvbTAd
BgNVHQ4EFgQUGdxHEbQqQ/K/zObttE1bfst0aiYwHwYDVR0jBBgwFoAUhAJ7llX4
JyvKIHqTDdmeDjccpjQwCgYIKoZIzj0EAwIDSAAwRQIgXoXlTxbNJhtG/thk/HHV
F3YSMooooLzTpl3DW7HOS2YCIQDjsUs17XVVzk8v97xQg9Zc7OHzRhP3jkqTG7wd
FUioyw==
-----END CERTIFICATE-----
`;
const SUB_AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBvTCCAWKgAwIBAgIBBzAKBggqhkjOPQQDAjBCMQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxHTAbBgNVBAMMFEV4YW1wbGUgSW50ZXJtZWRpYXRl
MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjApMQswCQYDVQQGEwJT
RTEaMBgGA1UEAwwRc3ViY2EuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARO6AYYEhGwtzvegPsvnLkwDS207ta0eqPqlBEA9G+l6ngB5v96tgT+
zB6tEiovUWEDNOUrJX0KOawx6E/40WS3o2AwXjAPBgNVHRMBAf8EBTADAQH/MAsG
A1UdDwQEAwICBDAdBgNVHQ4EFgQU0fNAC11ilwBJCynPsnt+0dOZj6cwHwYDVR0j
BBgwFoAUc98aiS/gjIfYVV2zFYi9fXlEj9AwCgYIKoZIzj0EAwIDSQAwRgIhAJUE
2xjtiMqIaOUJYtR5Ac2igA/t1x0LTbjlvTnwHF7pAiEAvbfDwtTj3qiiAIEX+ec/
7BdtwN7CWFW/63Xt4PKETBs=
-----END CERTIFICATE-----
`;
const BELOW_SUB_AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBszCCAVigAwIBAgIBCDAKBggqhkjOPQQDAjApMQswCQYDVQQGEwJTRTEaMBgG
A1UEAwwRc3ViY2EuZXhhbXBsZS5jb20wIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
MDEwMDAwMDBaMC4xCzAJBgNVBAYTAlNFMR8wHQYDVQQDDBZiZWxvd3N1YmNhLmV4
YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6puMXTBFk//og6zL
yGrh7QnH2O0H8kgcjs1WaSGt1wC/BOGAYtDH6fFB/KIyL5iKB0DlHJTpKBNZ10qc
AnYkHaNqMGgwCQYDVR0TBAIwADAbBgNVHREEFDASghBsZWFmLmV4YW1wbGUuY29t
MB0GA1UdDgQWBBRSAgUFyiLjjxqIjivjt3ZRdpJSfDAfBgNVHSMEGDAWgBTR80AL
XWKXAEkLKc+ye37R05mPpzAKBggqhkjOPQQDAgNJADBGAiEAgGGTnxr+lZQRC4cw
OtUH/uZTyN2I2jK9Ya44wvNm+P4CIQCgbfcGN/DJls1nOwB043AYU0i7cb3OxSGe
HZ3jdfFNnA==
-----END CERTIFICATE-----
`;
const EXPIRED = `-----BEGIN CERTIFICATE-----
MIIBpDCCAUugAwIBAgIBCTAKBggqhkjOPQQDAjA6MQswCQYDVQQGEwJTRTEUMBIG
A1UECgwLRXhhbXBsZSBPcmcxFTATBgNVBAMMDEV4YW1wbGUgUm9vdDAeFw0yMDAx
MDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBIxEDAOBgNVBAMMB2V4cGlyZWQwWTAT
BgcqhkjOPQIBBggqhkjOPQMBBwNCAAS9EPw6DkA2zRKOo8swJqCi3mI5H6g0BKGD
vTrLueSDNToXoSZ+ohS/Q/zuebWWUQNOpS4c4U2K3uVv98L0ApSJo2owaDAJBgNV
HRMEAjAAMBsGA1UdEQQUMBKCEGxlYWYuZXhhbXBsZS5jb20wHQYDVR0OBBYEFI5a
oPtJpJj+sOZmUclB3B+pXkILMB8GA1UdIwQYMBaAFE0298eXgyXHfxwbLD058zhL
ikFlMAoGCCqGSM49BAMCA0cAMEQCIA5fg21BnQdbxweudfbsfzVnlrpHry/brXqo
27YreHreAiA+d4Nl/xRbpyRcPgYL70ctDJgBp9Y33T75zOsG102T1Q==
-----END CERTIFICATE-----
`;
const RSA = `-----BEGIN CERTIFICATE-----
MIIC/zCCAeegAwIBAgIUYRYbNuQhLuw1Mv9w0itczuNr5bcwDQYJKoZIhvcNAQEL
BQAwDjEMMAoGA1UEAwwDcnNhMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAOMQwwCgYDVQQDDANyc2EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
AoIBAQDrXuRJGZR0nPP6IzVXJFaiNBjFRilB+6oIErguWzAGXN4ERnSWwTKJUnYN
Q1FH3qpHlCwVZuD0y7FdjJRBFVwiZ4ICEzNEWLMybu98lxD8c400fHxNy8CJsDCr
e1Fh65AIcjktDYm5n5CLnTDwoC7r35mz5NiU+82ZkYnyJ7dMjDY+7e4MWqw8yJs/
PF7MbcuLDkwQyWFBJpsPPydu+hfQAIakk6kXDm0jI6oDiZk/jJgoSmqSH8+JoW1D
VSy6h3Gyf2flWlviAK8zrt48qr34ila4Y+V5sWl3rjdXqy50WfDkDNMntrk9Oam8
rWxsOpcic7CON28bANsJaniItkAjAgMBAAGjUzBRMB0GA1UdDgQWBBTjZN15OOQU
2n6V8+XK4vNVIh/L0TAfBgNVHSMEGDAWgBTjZN15OOQU2n6V8+XK4vNVIh/L0TAP
BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQA3FkJSYgbDZDYilcSd
ZN1aE64824RfMMhv4qRAtA8CSVSAiYnynwvEWlP9tbQYDIbCmkkdhL8isCO+ZXCh
PstkI2oNEIkpRWJT9mcTKGWCBNKbY493MGBP0dOf/ES/f9q0yPYy5kqqSXtUM7lQ
DjbMlPqFnucOJF5aRThdljFoQUrXNZz4naz25xlRc6CRbrLTS/BuDUdn5lnL8YJV
+eXU1kPICcwF6Dz1KQs5X3j43FBT0uDh4bhTO/ESIye32jsR6nS/9o8J8U/6ML6p
7dKinOEUIuh1fo+S5O+KjTsvHuYHgewolWWNWr3e8+xBbezcRDgGqbBQg646gepi
jqVX
-----END CERTIFICATE-----
`;
const RSA_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDrXuRJGZR0nPP6
IzVXJFaiNBjFRilB+6oIErguWzAGXN4ERnSWwTKJUnYNQ1FH3qpHlCwVZuD0y7Fd
jJRBFVwiZ4ICEzNEWLMybu98lxD8c400fHxNy8CJsDCre1Fh65AIcjktDYm5n5CL
nTDwoC7r35mz5NiU+82ZkYnyJ7dMjDY+7e4MWqw8yJs/PF7MbcuLDkwQyWFBJpsP
Pydu+hfQAIakk6kXDm0jI6oDiZk/jJgoSmqSH8+JoW1DVSy6h3Gyf2flWlviAK8z
rt48qr34ila4Y+V5sWl3rjdXqy50WfDkDNMntrk9Oam8rWxsOpcic7CON28bANsJ
aniItkAjAgMBAAECggEAA/YZ430RuZC2rnwPNsM+zgYQcKmIojqpFu+xt94DBehk
ODAzYCIqRpNjtz9ty8bcmM3OnCGaIaSX/JoUGLBSV6XkU0Kdd0YC5hNl5nPobkdH
lh2OPgTy3Z5gg1JVAU/koa/CdJaovb4IwcDIhRQ9Fe0yeguc9YzzXeVMLA4tEJW3
RLHQlrEusTfpgbulzCekmKMnx/pRsKPmiXxEXtthilha1rJOMY1Qb2EPcpFKlHKg
o6zkSR/XJpH5iCoVzjQPR9gqAW/cy/T5dIxH+wS+4oUfIsKQ1Th2Ad4uxCYFiTwJ
e/IR6A4vcxjWce60d01upklv5PNuE4MiKPA/99u7qQKBgQD3XdpeCPp0IHo+2PmA
qj2BEGestxHJXaxtTPRIgHVEctcDz7JRsWH0hBB75EJ5M/sHlDH7kAcXdN+OmB+i
KP9fQafKcgENDPgoD75c4pbixhGEI3d855O0zbEqmSu2hU6yB4D7m7JLGPTGBh6k
iBxJf+yXPlq5jbrUOYAzQf4BZQKBgQDzldvLT8m7nXE9JirWwJtYG4zDS03V3gCF
Kz6ab2OLPwOjFKw3oiHp9F7iFOTqQobeQoHQQIArVi3FGyrfN0c0lLaxRWy/52wA
LB+613jW9TKT8ZkuXVzIUNH3FR5LT+0jenlPC+FETJY6kdoedeWu8pSErns5KagL
5sweuTYm5wKBgB8isA6wAJ5HTDvG4bjBNNae8v25WULISKDFU+YgTSJddhTjuqUv
t42oZc7CT1+kHE+65oOsgEgCjPUMzsaBdItP30fLC7jRzhZ0zNgyKR3IIoJIWIzf
NSdH0Kn095yUsPAVo7WHxmxPatfWA1tgSncx49yxm4fJgB+gUTOidc9FAoGBANx+
PuOfagEG18Z+kjCrUPNEnPr7Y43A07+4EYdCZV1awTQSNoJ1pTVeG7WTLFRRvDvd
AB0/BcY00GGn4fsE0tPp+iYlrfdYyQ6u4loDSkNq2UnKXNr3cFFzt1xuJWoPA54l
80F2g4eLvEFwXX1NQ4hF1eL0/l4UMyXy2brF9RrpAoGAdbVNmb1BhjKCwHz1EHEi
68P5hfWsxfFOY80gGzSpinFXZ6aV/wTmuuqPVsW43AUdPbvjP4z3dw61NOPUZ+tE
KnOMy9dcZbuxCYncVja8FdMyIK/1kLNpnLqP9rno/5ltk9KuwFbjJV3wneSeCw6G
cNFY1iMzT+AJ2AH4IGHddS8=
-----END PRIVATE KEY-----
`;
const RSA_PKCS1_KEY = `-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEA617kSRmUdJzz+iM1VyRWojQYxUYpQfuqCBK4LlswBlzeBEZ0
lsEyiVJ2DUNRR96qR5QsFWbg9MuxXYyUQRVcImeCAhMzRFizMm7vfJcQ/HONNHx8
TcvAibAwq3tRYeuQCHI5LQ2JuZ+Qi50w8KAu69+Zs+TYlPvNmZGJ8ie3TIw2Pu3u
DFqsPMibPzxezG3Liw5MEMlhQSabDz8nbvoX0ACGpJOpFw5tIyOqA4mZP4yYKEpq
kh/PiaFtQ1Usuodxsn9n5Vpb4gCvM67ePKq9+IpWuGPlebFpd643V6sudFnw5AzT
J7a5PTmpvK1sbDqXInOwjjdvGwDbCWp4iLZAIwIDAQABAoIBAAP2GeN9EbmQtq58
DzbDPs4GEHCpiKI6qRbvsbfeAwXoZDgwM2AiKkaTY7c/bcvG3JjNzpwhmiGkl/ya
FBiwUlel5FNCnXdGAuYTZeZz6G5HR5Ydjj4E8t2eYINSVQFP5KGvwnSWqL2+CMHA
yIUUPRXtMnoLnPWM813lTCwOLRCVt0Sx0JaxLrE36YG7pcwnpJijJ8f6UbCj5ol8
RF7bYYpYWtayTjGNUG9hD3KRSpRyoKOs5Ekf1yaR+YgqFc40D0fYKgFv3Mv0+XSM
R/sEvuKFHyLCkNU4dgHeLsQmBYk8CXvyEegOL3MY1nHutHdNbqZJb+TzbhODIijw
P/fbu6kCgYEA913aXgj6dCB6Ptj5gKo9gRBnrLcRyV2sbUz0SIB1RHLXA8+yUbFh
9IQQe+RCeTP7B5Qx+5AHF3Tfjpgfoij/X0GnynIBDQz4KA++XOKW4sYRhCN3fOeT
tM2xKpkrtoVOsgeA+5uySxj0xgYepIgcSX/slz5auY261DmAM0H+AWUCgYEA85Xb
y0/Ju51xPSYq1sCbWBuMw0tN1d4AhSs+mm9jiz8DoxSsN6Ih6fRe4hTk6kKG3kKB
0ECAK1YtxRsq3zdHNJS2sUVsv+dsACwfutd41vUyk/GZLl1cyFDR9xUeS0/tI3p5
TwvhREyWOpHaHnXlrvKUhK57OSmoC+bMHrk2JucCgYAfIrAOsACeR0w7xuG4wTTW
nvL9uVlCyEigxVPmIE0iXXYU47qlL7eNqGXOwk9fpBxPuuaDrIBIAoz1DM7GgXSL
T99Hywu40c4WdMzYMikdyCKCSFiM3zUnR9Cp9PeclLDwFaO1h8ZsT2rX1gNbYEp3
MePcsZuHyYAfoFEzonXPRQKBgQDcfj7jn2oBBtfGfpIwq1DzRJz6+2ONwNO/uBGH
QmVdWsE0EjaCdaU1Xhu1kyxUUbw73QAdPwXGNNBhp+H7BNLT6fomJa33WMkOruJa
A0pDatlJylza93BRc7dcbiVqDwOeJfNBdoOHi7xBcF19TUOIRdXi9P5eFDMl8tm6
xfUa6QKBgHW1TZm9QYYygsB89RBxIuvD+YX1rMXxTmPNIBs0qYpxV2emlf8E5rrq
j1bFuNwFHT274z+M93cOtTTj1GfrRCpzjMvXXGW7sQmJ3FY2vBXTMiCv9ZCzaZy6
j/a56P+ZbZPSrsBW4yVd8J3kngsOhnDRWNYjM0/gCdgB+CBh3XUv
-----END RSA PRIVATE KEY-----
`;
const EC_KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMmw6+eiOpsBpnKpfUFsNR7ZotmXeLPWVklLuaJAnx4/oAoGCCqGSM49
AwEHoUQDQgAEsoEpp1t5ZmlOQIDcyFMox1EnalyakCbsvGFSQJYwwluZIhj/VSYw
yf5BP3qxv8CRAX1wzRHV4B4SnuSL47lmaQ==
-----END EC PRIVATE KEY-----
`;
const ED25519 = `-----BEGIN CERTIFICATE-----
MIIBMDCB46ADAgECAhQrppBmXF/TNQMBXmHD/1rYn5WFoTAFBgMrZXAwDTELMAkG
A1UEAwwCZWQwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMA0xCzAJ
BgNVBAMMAmVkMCowBQYDK2VwAyEAijVqmQS2X63lNjtL6EUQs9zLHRJzgbC69BHh
vseDzg2jUzBRMB0GA1UdDgQWBBQgGVrZsuWhyCDM/KTA0k64Y8WUADAfBgNVHSME
GDAWgBQgGVrZsuWhyCDM/KTA0k64Y8WUADAPBgNVHRMBAf8EBTADAQH/MAUGAytl
cANBAAfxaiYGsVBPGJBCn4ovwYGQ4Xv3tkyAExEDMIpWaxwHD7aiAthF6GUWd4ij
uo97VDP7wtsEbsXwSBl34W4dtgM=
-----END CERTIFICATE-----
`;
const ED25519_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIBEmZE4eRciXAGmelPHk6shxXOkqE7CLj2q8yvjr+jJO
-----END PRIVATE KEY-----
`;
const PSS = `-----BEGIN CERTIFICATE-----
MIIDZzCCAhugAwIBAgIUJCqUeytHtE3mDWxPH4aIfEodLwQwQQYJKoZIhvcNAQEK
MDSgDzANBglghkgBZQMEAgEFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgEF
AKIDAgEgMA4xDDAKBgNVBAMMA3BzczAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEw
MTAwMDAwMFowDjEMMAoGA1UEAwwDcHNzMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A
MIIBCgKCAQEA617kSRmUdJzz+iM1VyRWojQYxUYpQfuqCBK4LlswBlzeBEZ0lsEy
iVJ2DUNRR96qR5QsFWbg9MuxXYyUQRVcImeCAhMzRFizMm7vfJcQ/HONNHx8TcvA
ibAwq3tRYeuQCHI5LQ2JuZ+Qi50w8KAu69+Zs+TYlPvNmZGJ8ie3TIw2Pu3uDFqs
PMibPzxezG3Liw5MEMlhQSabDz8nbvoX0ACGpJOpFw5tIyOqA4mZP4yYKEpqkh/P
iaFtQ1Usuodxsn9n5Vpb4gCvM67ePKq9+IpWuGPlebFpd643V6sudFnw5AzTJ7a5
PTmpvK1sbDqXInOwjjdvGwDbCWp4iLZAIwIDAQABo1MwUTAdBgNVHQ4EFgQU42Td
eTjkFNp+lfPlyuLzVSIfy9EwHwYDVR0jBBgwFoAU42TdeTjkFNp+lfPlyuLzVSIf
y9EwDwYDVR0TAQH/BAUwAwEB/zBBBgkqhkiG9w0BAQowNKAPMA0GCWCGSAFlAwQC
AQUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFlAwQCAQUAogMCASADggEBAAuuu06H
vNNzcowETBYAkKMmQL85f9jEMPdft9J2EjgsDPJfoguacWBCInin0vbVGiktyVIV
tVaK8sr5uFFHDlqq4YSTZh8nb/IkcRZdI2+vyNqp+/214rMoFkbg/pT5tdPhrdHy
VJMc20x80FgN+M/cyDP27V96SkLTrM3425rolqAOUxEN8GCVl2MaHWEqQSbDrh8s
qDjTj7YfVqm0+8ZIhBM+K3IeoKEVJ3wXIfRKqH59Qv/AI/alwwvPKAAgWfKS5xvr
6ZO38vlSLYQ6BcCOchxaNFLIuGD7dCqjxXs4SoI/fdhwXHISsMCIDZe0/7kWbb6W
VcLsOF9xfQrrtWQ=
-----END CERTIFICATE-----
`;
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIIBFjCBvAIBADAfMQswCQYDVQQGEwJTRTEQMA4GA1UEAwwHcmVxdWVzdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABLKBKadbeWZpTkCA3MhTKMdRJ2pcmpAm7Lxh
UkCWMMJbmSIY/1UmMMn+QT96sb/AkQF9cM0R1eAeEp7ki+O5ZmmgOzA5BgkqhkiG
9w0BCQ4xLDAqMBgGA1UdEQQRMA+CDXIuZXhhbXBsZS5jb20wDgYDVR0PAQH/BAQD
AgeAMAoGCCqGSM49BAMCA0kAMEYCIQDFzxSU3JGHRJ0GaUNSJUR1fMxnXAIVNyUk
WhT0DQQ8vQIhAPVyvaM2Q850Ylx6TB8LkLrAsa9jpWLRl2N/0yb+UOYA
-----END CERTIFICATE REQUEST-----
`;

const IN_2030 = 1_893_456_000_000_000_000n;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const derOf = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/gu, '');

function raw(name: string, args: readonly Value[], deadlineMs = 10_000): Value | undefined {
  const builtin = X509_BUILTINS.find((candidate) => candidate.name === name);
  const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs });
  return builtin?.call(args, { budget, nowNanos: IN_2030 } as unknown as BuiltinContext);
}

interface CertificateJson {
  readonly Raw: string;
  readonly Subject: { readonly CommonName: string };
  readonly Issuer: unknown;
  readonly URIs: readonly unknown[];
}
type Verdict = readonly [valid: boolean, chain: readonly CertificateJson[]];

const call = <T = unknown>(name: string, ...args: readonly Value[]): T => toJson(raw(name, args) ?? null) as T;
const parse = (text: string): readonly CertificateJson[] => call('crypto.x509.parse_certificates', text);
const commonNames = (certificates: readonly CertificateJson[]): string[] =>
  certificates.map(({ Subject }) => Subject.CommonName);
const verify = (...certificates: readonly string[]): Verdict =>
  call('crypto.x509.parse_and_verify_certificates', certificates.join(''));
const verifyWith = (options: Record<string, unknown>, ...certificates: readonly string[]): Verdict =>
  call('crypto.x509.parse_and_verify_certificates_with_options', certificates.join(''), fromJson(options));

describe('crypto.x509.parse_certificates', () => {
  test.each([
    ['PEM', LEAF + INTERMEDIATE],
    ['base64 of PEM', base64(LEAF + INTERMEDIATE)],
    [
      'base64 of DER',
      Buffer.concat([LEAF, INTERMEDIATE].map((pem) => Buffer.from(derOf(pem), 'base64'))).toString('base64'),
    ],
  ])('accepts %s', (_name, text) => {
    expect(commonNames(parse(text))).toEqual(['leaf.example.com', 'Example Intermediate']);
  });

  test('returns the members that Go returns', () => {
    const [leaf] = parse(LEAF);
    expect(leaf).toMatchObject({
      Raw: derOf(LEAF),
      Version: 3,
      SignatureAlgorithm: 10,
      PublicKeyAlgorithm: 3,
      PublicKey: { Curve: {} },
      NotBefore: '2020-01-01T00:00:00Z',
      NotAfter: '2120-01-01T00:00:00Z',
      KeyUsage: 1,
      ExtKeyUsage: [1, 2],
      UnknownExtKeyUsage: [[1, 2, 3, 4]],
      BasicConstraintsValid: true,
      IsCA: false,
      MaxPathLen: -1,
      MaxPathLenZero: false,
      SubjectKeyId: expect.any(String),
      OCSPServer: ['http://ocsp.example.com'],
      IssuingCertificateURL: ['http://ca.example.com/ca.crt'],
      DNSNames: ['leaf.example.com', '*.example.org'],
      EmailAddresses: ['me@example.com'],
      IPAddresses: ['10.1.2.3'],
      URIStrings: ['https://user@www.example.com:8443/a%20b?q=1'],
      CRLDistributionPoints: ['http://crl.example.com/c.crl'],
      PolicyIdentifiers: [[1, 3, 6, 1, 4, 1, 99999, 1]],
      Policies: ['1.3.6.1.4.1.99999.1'],
      ExtraExtensions: null,
      UnhandledCriticalExtensions: null,
      PermittedDNSDomains: null,
    });
    expect(leaf?.URIs[0]).toMatchObject({ Scheme: 'https', Host: 'www.example.com:8443', Path: '/a b', User: {} });
    expect(leaf?.Issuer).toMatchObject({
      CommonName: 'Example Intermediate',
      Country: ['SE'],
      Organization: ['Example Org'],
      Locality: null,
      Names: [
        { Type: [2, 5, 4, 6], Value: 'SE' },
        { Type: [2, 5, 4, 10], Value: 'Example Org' },
        { Type: [2, 5, 4, 3], Value: 'Example Intermediate' },
      ],
    });
  });

  test('keeps all digits of a serial number', () => {
    const value = raw('crypto.x509.parse_certificates', [LEAF]);
    const [leaf] = value as readonly RegoObject[];
    expect(leaf?.get('SerialNumber')).toMatchObject({
      digits: BigInt('0x0fedcba9876543210fedcba987654321').toString(),
    });
  });

  test('returns the name constraints of an authority', () => {
    expect(parse(INTERMEDIATE)[0]).toMatchObject({
      IsCA: true,
      MaxPathLenZero: true,
      PermittedDNSDomainsCritical: true,
      PermittedDNSDomains: ['example.com', 'example.org'],
      ExcludedDNSDomains: ['bad.example.com'],
      PermittedEmailAddresses: ['example.com'],
      PermittedIPRanges: [{ IP: '10.0.0.0', Mask: '/wAAAA==' }],
      PermittedURIDomains: ['.example.com'],
      URIStrings: null,
    });
  });

  test.each([
    ['RSA', RSA, 1, 4],
    ['Ed25519', ED25519, 4, 16],
    ['RSA with PSS', PSS, 1, 13],
  ])('%s', (_name, pem, PublicKeyAlgorithm, SignatureAlgorithm) => {
    expect(parse(pem)[0]).toMatchObject({ PublicKeyAlgorithm, SignatureAlgorithm });
  });

  test.each([
    ['text that is not base64', 'foobar', 'illegal base64 data at input byte 4'],
    ['invalid DER', base64('nonsense'), 'x509: malformed certificate'],
    [
      'a truncated certificate',
      base64(Buffer.from(derOf(ROOT), 'base64').subarray(0, 100).toString('latin1')),
      'x509: malformed',
    ],
    ['a key', RSA_KEY, "PEM block type is 'PRIVATE KEY', expected CERTIFICATE"],
    ['very long text', 'A'.repeat(2_000_000), 'longer than'],
  ])('%s is refused', (_name, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test('a truncated or corrupted certificate never crashes the parser', () => {
    const der = Buffer.from(derOf(LEAF), 'base64');
    for (let at = 0; at < der.length; at++) {
      const flipped = Buffer.from(der);
      flipped[at] = (flipped[at] ?? 0) ^ 0x55;
      for (const bytes of [der.subarray(0, at), flipped]) {
        try {
          parse(bytes.toString('base64'));
        } catch (error) {
          expect(error).toMatchObject({ name: 'BuiltinError' });
        }
      }
    }
  });

  test('parsing many certificates stops when the budget is spent', () => {
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.from(derOf(LEAF), 'base64'))).toString(
      'base64',
    );
    expect(() => raw('crypto.x509.parse_certificates', [many.slice(0, 1_000_000)], 1)).toThrow(LimitExceeded);
  });
});

describe('crypto.x509.parse_and_verify_certificates', () => {
  test('returns the chain from the leaf to the root', () => {
    const [valid, chain] = verify(ROOT, INTERMEDIATE, LEAF);
    expect(valid).toBe(true);
    expect(commonNames(chain)).toEqual(['leaf.example.com', 'Example Intermediate', 'Example Root']);
  });

  test.each([
    ['no intermediate', [ROOT, LEAF]],
    ['a different root', [RSA, INTERMEDIATE, LEAF]],
    ['only a leaf', [LEAF]],
    ['nothing', []],
    ['no certificates', ['x']],
    ['an excluded name', [ROOT, INTERMEDIATE, EXCLUDED]],
    ['a name that is not permitted', [ROOT, INTERMEDIATE, NOT_PERMITTED]],
    ['a certificate for code signing', [ROOT, INTERMEDIATE, CODE_SIGNING]],
    ['a certificate signed by a leaf', [ROOT, INTERMEDIATE, LEAF, BELOW_LEAF]],
    ['an authority below a path length of zero', [ROOT, INTERMEDIATE, SUB_AUTHORITY, BELOW_SUB_AUTHORITY]],
    ['an expired certificate', [ROOT, EXPIRED]],
  ])('%s is not valid', (_name, certificates) => {
    expect(verify(...certificates)).toEqual([false, []]);
  });

  test('intermediates can appear in any order, and more than once', () => {
    expect(verify(ROOT, CODE_SIGNING, SUB_AUTHORITY, INTERMEDIATE, INTERMEDIATE, LEAF)[0]).toBe(true);
  });

  test('a certificate with an invalid signature is not valid', () => {
    const der = Buffer.from(derOf(LEAF), 'base64');
    der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1;
    const forged = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(verify(ROOT, INTERMEDIATE, forged)).toEqual([false, []]);
  });
});

describe('crypto.x509.parse_and_verify_certificates_with_options', () => {
  const IN_2020_JUNE = 1_591_000_000_000_000_000;

  test.each([
    ['no options', {}, true],
    ['the host', { DNSName: 'leaf.example.com' }, true],
    ['a host that matches a wildcard', { DNSName: 'any.example.org' }, true],
    ['the address', { DNSName: '10.1.2.3' }, true],
    ['a different host', { DNSName: 'other.example.com' }, false],
    ['an unknown common name', { DNSName: 'Example Intermediate' }, false],
    ['a usage that it has', { KeyUsages: ['KeyUsageClientAuth'] }, true],
    ['one of two usages', { KeyUsages: ['KeyUsageCodeSigning', 'KeyUsageServerAuth'] }, true],
    ['a usage that it lacks', { KeyUsages: ['KeyUsageCodeSigning'] }, false],
    ['any usage', { KeyUsages: ['KeyUsageAny'] }, true],
    ['a time before the validity period', { CurrentTime: 0 }, false],
    ['a time within the validity period', { CurrentTime: IN_2020_JUNE }, true],
    ['few comparisons', { MaxConstraintComparisons: 1 }, false],
    ['enough comparisons', { MaxConstraintComparisons: 100 }, true],
  ])('%s', (_name, options, expected) => {
    expect(verifyWith(options, ROOT, INTERMEDIATE, LEAF)[0]).toBe(expected);
  });

  test('accepts a set of usages', () => {
    const options = RegoObject.of([['KeyUsages', RegoSet.of(['KeyUsageCodeSigning'])]]);
    const name = 'crypto.x509.parse_and_verify_certificates_with_options';
    expect(call<Verdict>(name, ROOT + INTERMEDIATE + CODE_SIGNING, options)[0]).toBe(true);
  });

  test.each([
    [{ DNSName: 1 }, "'DNSName' should be a string"],
    [{ CurrentTime: 'x' }, "'CurrentTime' should be a number"],
    [{ CurrentTime: 1.5 }, "'CurrentTime' should be a valid int64 number"],
    [{ CurrentTime: 1e30 }, "'CurrentTime' should be a valid int64 number"],
    [{ MaxConstraintComparisons: 'x' }, "'MaxConstraintComparisons' should be a number"],
    [{ KeyUsages: 'x' }, "'KeyUsages' should be an Array or Set"],
    [{ KeyUsages: ['KeyUsageAny', 'a', 'b'] }, "invalid entries for 'KeyUsages' found: [a b]"],
    [{ Other: 1 }, 'invalid key option'],
  ])('%j is refused', (options, message) => {
    expect(() => verifyWith(options, ROOT, INTERMEDIATE, LEAF)).toThrow(message);
  });
});

describe('crypto.x509.parse_certificate_request', () => {
  interface RequestJson {
    readonly Subject: { readonly CommonName: string };
    readonly Extensions: readonly { readonly Id: readonly number[] }[];
    readonly Attributes: readonly { readonly Type: readonly number[] }[];
  }

  test.each([
    ['PEM', REQUEST],
    ['base64 of PEM', base64(REQUEST)],
    ['base64 of DER', derOf(REQUEST)],
  ])('accepts %s', (_name, text) => {
    const request = call<RequestJson>('crypto.x509.parse_certificate_request', text);
    expect(request).toMatchObject({
      Version: 0,
      DNSNames: ['r.example.com'],
      PublicKeyAlgorithm: 3,
      SignatureAlgorithm: 10,
    });
    expect(request.Subject.CommonName).toBe('request');
    expect(request.Extensions.map(({ Id }) => Id)).toEqual([
      [2, 5, 29, 17],
      [2, 5, 29, 15],
    ]);
    expect(request.Attributes[0]?.Type).toEqual([1, 2, 840, 113549, 1, 9, 14]);
  });

  test.each([
    ['YmFkc3RyaW5n', 'asn1: structure error'],
    ['a', 'illegal base64 data at input byte 0'],
    [base64(ROOT), 'invalid PEM-encoded certificate signing request'],
    ['', 'asn1: syntax error'],
  ])('%j is refused', (text, message) => {
    expect(() => call('crypto.x509.parse_certificate_request', text)).toThrow(message);
  });
});

describe('private keys', () => {
  test.each([
    ['PKCS #8', RSA_KEY],
    ['PKCS #1', RSA_PKCS1_KEY],
    ['base64 of PEM', base64(RSA_KEY)],
  ])('parses an RSA key in %s', (_name, text) => {
    const value = raw('crypto.parse_private_keys', [text]) as readonly RegoObject[];
    const [n, e, primes] = ['N', 'E', 'Primes'].map((member) => value[0]?.get(member));
    const [p, q] = (primes as readonly { readonly digits: string }[]).map(({ digits }) => BigInt(digits));
    expect([n, e]).toMatchObject([{ digits: ((p ?? 0n) * (q ?? 0n)).toString() }, 65_537]);
    expect(toJson(value[0]?.get('Precomputed') ?? null)).toMatchObject({ CRTValues: [] });
  });

  test('parses keys of all kinds in order and skips other blocks', () => {
    const keys = call<readonly [object, string, object]>(
      'crypto.parse_private_keys',
      `${EC_KEY}${ROOT}${ED25519_KEY}${RSA_KEY}`,
    );
    expect(keys.map((key) => (typeof key === 'string' ? 'bytes' : Object.keys(key).sort().join()))).toEqual([
      'Curve,D,X,Y',
      'bytes',
      'D,E,N,Precomputed,Primes',
    ]);
    expect(Buffer.from(keys[1], 'base64')).toHaveLength(64);
  });

  test.each([
    ['', null],
    ['nope', []],
    [ROOT, []],
  ])('%j does not contain a key', (text, expected) => {
    expect(call('crypto.parse_private_keys', text)).toEqual(expected);
  });

  test.each(['P-224', 'P-256', 'P-384', 'P-521'])('returns a JWK for curve %s', (namedCurve) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(call('crypto.x509.parse_rsa_private_key', pem)).toMatchObject({ kty: 'EC', crv: namedCurve });
    if (namedCurve !== 'P-224') {
      expect(call('crypto.x509.parse_rsa_private_key', pem)).toEqual(privateKey.export({ format: 'jwk' }));
    }
  });

  test('returns a JWK with all members for an RSA key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();
    expect(call('crypto.x509.parse_rsa_private_key', base64(pem))).toEqual(privateKey.export({ format: 'jwk' }));
  });

  test.each([
    ['', 'input PEM data was empty'],
    ['not base64!', 'illegal base64 data at input byte 3'],
    ['-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n', 'x509: failed to parse EC private key'],
    ['-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n', 'asn1: structure error'],
  ])('%j is refused', (text, message) => {
    expect(() => call('crypto.x509.parse_rsa_private_key', text)).toThrow(message);
  });

  test('an RSA key with inconsistent numbers is refused', () => {
    const der = Buffer.from(derOf(RSA_PKCS1_KEY), 'base64');
    der[40] = (der[40] ?? 0) ^ 1;
    const pem = `-----BEGIN RSA PRIVATE KEY-----\n${der.toString('base64')}\n-----END RSA PRIVATE KEY-----\n`;
    expect(() => call('crypto.parse_private_keys', pem)).toThrow('crypto/rsa: invalid modulus');
  });
});

describe('crypto.x509.parse_keypair', () => {
  interface PairJson {
    readonly Certificate: readonly string[];
    readonly Leaf: CertificateJson;
    readonly PrivateKey: unknown;
  }

  test.each([
    ['PEM', LEAF, EC_KEY],
    ['base64 of PEM', base64(LEAF + INTERMEDIATE), base64(EC_KEY)],
    ['base64 of DER', derOf(LEAF), derOf(EC_KEY)],
    ['RSA', RSA, RSA_KEY],
    ['RSA in PKCS #1', RSA, RSA_PKCS1_KEY],
    ['Ed25519', ED25519, ED25519_KEY],
  ])('accepts %s', (_name, certificate, key) => {
    const pair = call<PairJson>('crypto.x509.parse_keypair', certificate, key);
    expect(pair.Certificate[0]).toBe(pair.Leaf.Raw);
    expect(pair).toMatchObject({ OCSPStaple: null, SupportedSignatureAlgorithms: null });
    expect(pair.PrivateKey).not.toBeNull();
  });

  test.each([
    ["another certificate's key", ROOT, EC_KEY, 'tls: private key does not match public key'],
    ['a key of a different type', ROOT, RSA_KEY, 'tls: private key type does not match public key type'],
    ['parts in the wrong order', EC_KEY, LEAF, 'PEM inputs may have been switched'],
    [
      'a certificate in place of a key',
      LEAF,
      LEAF,
      'tls: found a certificate rather than a key in the PEM for the private key',
    ],
    ['a certificate request', REQUEST, EC_KEY, 'of the following types: [CERTIFICATE REQUEST]'],
    ['an empty PEM', '-----BEGIN ', EC_KEY, 'tls: failed to find any PEM data in certificate input'],
    ['text that is not base64', '!', EC_KEY, 'illegal base64 data at input byte 0'],
    ['a damaged key', LEAF, base64('nonsense'), 'tls: failed to parse private key'],
  ])('%s is refused', (_name, certificate, key, message) => {
    expect(() => call('crypto.x509.parse_keypair', certificate, key)).toThrow(message);
  });
});
