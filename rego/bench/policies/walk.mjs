export const title = 'walk over a document of 400 values, and a graph';

export const policy = `package app.walk

secret_names := {"password", "token", "private_key"}

plain contains path if {
	walk(input.document, [path, value])
	path[count(path) - 1] in secret_names
	is_string(value)
	not startswith(value, "vault:")
}

cores := sum([value | walk(input.document, [path, value]); path[count(path) - 1] == "cores"])

reached := graph.reachable(data.depends, {input.service})

decision := {
	"allow": count(plain) == 0,
	"plain": sort(plain),
	"cores": cores,
	"reached": count(reached),
}
`;

export const rule = 'data.app.walk.decision';

const SERVICES = 200;

export const data = {
  depends: Object.fromEntries(
    Array.from({ length: SERVICES }, (_, number) => [
      `service-${number}`,
      [2 * number + 1, 2 * number + 2].filter((next) => next < SERVICES).map((next) => `service-${next}`),
    ]),
  ),
};

/** Returns a deployment with some containers. The containers named in `plain` include their password. */
const documentOf = (containers, plain) => ({
  kind: 'deployment',
  labels: { team: 'payments', tier: 'backend' },
  containers: Array.from({ length: containers }, (_, number) => ({
    name: `container-${number}`,
    image: `registry.example.com/app/${number}:1.2.${number}`,
    resources: { cores: 1 + (number % 4), memory: 512 * (number + 1) },
    environment: {
      database: { user: 'app', password: plain.includes(number) ? 'secret' : 'vault:database' },
      token: 'vault:token',
    },
    ports: [8000 + number, 9000 + number],
  })),
});

const place = (number) => ['containers', number, 'environment', 'database', 'password'];

export const decisions = [
  [
    { service: 'service-0', document: documentOf(30, []) },
    { allow: true, plain: [], cores: 73, reached: 200 },
  ],
  [
    { service: 'service-1', document: documentOf(30, [2, 17]) },
    { allow: false, plain: [place(2), place(17)], cores: 73, reached: 127 },
  ],
  [
    { service: 'service-150', document: documentOf(28, [27]) },
    { allow: false, plain: [place(27)], cores: 70, reached: 1 },
  ],
];
