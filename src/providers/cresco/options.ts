import type { Fields } from '../../core/value.ts';

/** JSON Schema of a Cresco target's `spec.options`. */
export const optionsSchema = (): Fields => ({
  type: 'object',
  additionalProperties: false,
  properties: {
    serviceKey: { description: 'The cresco_service_key of the fabric. A sandbox has its own.', type: 'string', 'x-sensitive': true },
    tls: {
      description:
        "Whom to believe: a fabric's certificate is its own work, so it is pinned, or trusted by a file. Without it, whoever the certificate authorities of this machine vouch for.",
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        fingerprint: {
          description: 'Exactly this certificate: its SHA-256 in hexadecimal. The message about one that is not trusted prints it.',
          type: 'string',
          pattern: '^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$',
        },
        ca: { description: 'A PEM file, relative to the folder of setpoint.yaml.', type: 'string', minLength: 1 },
        insecure: { description: 'Anybody: for test benches only.', type: 'boolean', const: true },
      },
    },
    generation: {
      description: 'Of the server: 2 (wsapi 1.2) or 3 (wsapi 1.3). Default: what its certificate says.',
      type: 'integer',
      enum: [2, 3],
    },
    sockets: { description: 'How many connections for requests. Default: 4.', type: 'integer', minimum: 1, maximum: 64 },
    inFlight: {
      description: 'How many requests at once on each connection to a server of generation 3. Default: 16.',
      type: 'integer',
      minimum: 1,
      maximum: 64,
    },
    sandbox: {
      description: 'What the sandbox stands in for; nothing of it concerns the real fabric.',
      type: 'object',
      additionalProperties: false,
      properties: {
        generation: { description: 'Of its server. Default: 3.', type: 'integer', enum: [2, 3] },
        serviceKey: { description: 'Its key, which guards nothing. Default: sandbox.', type: 'string', minLength: 1 },
        region: { description: 'The region of the global controller. Default: global-region.', type: 'string', minLength: 1 },
        agent: { description: 'Its agent. Default: global-controller.', type: 'string', minLength: 1 },
        agents: {
          description: 'The other agents.',
          type: 'array',
          items: { type: 'string', pattern: '^[^/]+/[^/]+$' },
          examples: [['dp/pi-1', 'dp/pi-2']],
        },
        voidMs: { description: 'How long an answer that never comes takes. Default: 30000.', type: 'number', minimum: 0, 'x-units': 'ms' },
        allowCommands: { description: 'Executors run commands on this machine. Default: false.', type: 'boolean' },
        allowFolders: {
          description: 'Folders of this machine that file repositories may read and write.',
          type: 'array',
          items: { type: 'string', minLength: 1 },
        },
        pace: { description: '0.1: everything that takes time takes a tenth of it. Default: 1.', type: 'number', minimum: 0 },
      },
    },
  },
});
